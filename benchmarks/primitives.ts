import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HEAP_FLAGS } from '../server/heap-flags.ts';
import { certificateKey } from '../server/identity/certificate.ts';
import type { Consortium } from '../server/identity/consortium.ts';
import { createIdentity } from '../server/identity/create-identity.ts';
import { SILENCE_SECONDS, writePartyDirectory } from '../server/identity/party-directory.ts';
import type { Security } from '../src/program/program.ts';
import { reconstructShamir } from '../src/sharing/shamir.ts';
import type { PrimitiveDone, ToPrimitive, Work } from './primitive-party.ts';

/** Starts three party processes for primitives, with TLS as in production. */
export async function startPrimitives(tls: boolean, security: Security): Promise<Primitives> {
  const root = await mkdtemp(join(tmpdir(), 'tacit-bench-'));
  const identities = await Promise.all([1, 2, 3].map((k) => createIdentity(`party ${k}`)));
  const parties = identities.map(({ name, certificate }, index) => ({
    index,
    name,
    control: `http${tls ? 's' : ''}://127.0.0.1:1`,
    exchange: `http${tls ? 's' : ''}://127.0.0.1:1`,
    certificate,
    identityKey: certificateKey(certificate)?.toString('base64') ?? '',
  }));
  const consortium: Consortium = { format: 1, tls, threshold: 1, security, parties, members: [] };
  const loopback = { host: '127.0.0.1', port: 0 };
  const children = await Promise.all(
    identities.map(async (identity, k) => {
      const dir = join(root, String(k));
      await writePartyDirectory(
        dir,
        { control: loopback, exchange: loopback, log: 'warn', silenceSeconds: SILENCE_SECONDS },
        identity,
        consortium,
      );
      const entry = fileURLToPath(new URL('./primitive-party.ts', import.meta.url));
      const child = fork(entry, [dir], {
        execArgv: [...HEAP_FLAGS, '--import', 'tsx'],
      });
      return { child, port: (await next<{ port: number }>(child)).port };
    }),
  );
  const ports = children.map(({ port }) => port);
  await Promise.all(children.map(({ child }) => ask(child, { kind: 'addresses', ports })));
  return new Primitives(
    children.map(({ child }) => child),
    security,
    () => rm(root, { recursive: true, force: true }),
  );
}

type Child = ReturnType<typeof fork>;

function next<T>(child: Child): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a party process ended'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

function ask<T>(child: Child, message: ToPrimitive): Promise<T> {
  const answer = next<T>(child);
  child.send(message);
  return answer;
}

/** Three running processes. */
export class Primitives {
  readonly #children: readonly Child[];
  readonly #security: Security;
  readonly #cleanUp: () => Promise<void>;

  constructor(children: readonly Child[], security: Security, cleanUp: () => Promise<void>) {
    this.#children = children;
    this.#security = security;
    this.#cleanUp = cleanUp;
  }

  /** Runs the work once at all parties; `value` is the revealed scalar. */
  async run(
    work: Work,
  ): Promise<{ readonly parties: readonly PrimitiveDone[]; readonly value: bigint }> {
    const requestId = randomBytes(16).toString('hex');
    const parties = await Promise.all(
      this.#children.map((child) =>
        ask<PrimitiveDone | { kind: 'failed'; error: string }>(child, {
          kind: 'run',
          requestId,
          security: this.#security,
          work,
        }),
      ),
    );
    const errors = parties.flatMap((party) => (party.kind === 'failed' ? [party.error] : []));
    if (errors.length > 0) throw new Error(errors.join('\n'));
    const done = parties.flatMap((party) => (party.kind === 'done' ? [party] : []));
    const shares = done.map(({ share }) => BigInt(share));
    return { parties: done, value: reconstructShamir(shares, [0, 1, 2], 1, 'scalar') };
  }

  async stop(): Promise<void> {
    for (const child of this.#children) child.disconnect();
    await this.#cleanUp();
  }
}
