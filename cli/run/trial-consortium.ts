import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromPlain } from '../../server/engine/messages.ts';
import { startProcess } from '../../server/entry.ts';
import {
  certificateKey,
  createIdentity,
  type Identity,
} from '../../server/identity/certificate.ts';
import type { Consortium, ConsortiumMember } from '../../server/identity/consortium.ts';
import { type LogLevel, writePartyDirectory } from '../../server/identity/party-directory.ts';
import type { FromParty, ToParty } from '../../server/serve-party.ts';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import { PartyClient } from '../connect/party-client.ts';

const PARTIES = 3;
const HOST = '127.0.0.1';
/** Longest start of a party process, generous for a busy machine. */
const START_MS = 60_000;
/** After this the processes are ended by force. */
const STOP_MS = 5_000;

/** What a trial is made of. */
export interface TrialOptions {
  readonly owners: readonly string[];
  readonly tls: boolean;
  readonly log: LogLevel;
}

/** One member's connections to the three parties. */
export type Connections = readonly [PartyClient, PartyClient, PartyClient];

/** Three party processes on this machine with fresh keys in a temporary directory. */
export interface TrialConsortium {
  readonly consortium: Consortium;
  readonly processIds: readonly number[];
  /** The analyst's connections. */
  readonly analyst: Connections;
  /** An owner's connections. */
  owner(name: string): Connections;
  /** Rejects with a message naming the party when a party process ends before `close`. */
  readonly failure: Promise<never>;
  /** Ends the processes and removes the directory. */
  close(): Promise<void>;
}

/** Starts a temporary consortium; everything is removed again if a party cannot start. */
export async function startTrial(options: TrialOptions): Promise<TrialConsortium> {
  const dir = await mkdtemp(join(tmpdir(), 'tacit-'));
  const trial = new Trial(dir);
  try {
    return await trial.start(options);
  } catch (error) {
    await trial.close();
    throw error;
  }
}

interface Member extends ConsortiumMember {
  readonly identity: Identity;
}

class Trial {
  readonly #dir: string;
  readonly #children: ChildProcess[] = [];
  readonly #clients: PartyClient[] = [];
  readonly #emergency: () => void;
  #closing = false;

  constructor(dir: string) {
    this.#dir = dir;
    // If this process exits without having called close, at least no keys stay behind.
    this.#emergency = () => rmSync(dir, { recursive: true, force: true });
    process.once('exit', this.#emergency);
  }

  async start({ owners, tls, log }: TrialOptions): Promise<TrialConsortium> {
    const identities = await Promise.all(
      Array.from({ length: PARTIES }, (_, i) => createIdentity(`party ${i + 1}`)),
    );
    const members = await createMembers(owners);
    const draft = describe(identities, members, tls, []);
    const listen = { host: HOST, port: 0 };
    await Promise.all(
      identities.map((identity, i) =>
        writePartyDirectory(
          this.#partyDir(i),
          { control: listen, exchange: listen, log },
          identity,
          draft,
        ),
      ),
    );
    const ports = await Promise.all(identities.map((_, i) => this.#startParty(i)));
    const consortium = describe(identities, members, tls, ports);
    const exchange = consortium.parties.map((party) => party.exchange);
    for (const child of this.#children) {
      child.send({ kind: 'addresses', exchange } satisfies ToParty);
    }
    const analyst = members.find((member) => member.roles.includes('analyst'));
    invariant(analyst !== undefined, 'a trial has an analyst');
    return {
      consortium,
      processIds: this.#children.map((child) => child.pid ?? 0),
      analyst: this.#connect(consortium, analyst.identity),
      owner: (name) => {
        const owner = members.find((member) => member.name === name);
        invariant(owner !== undefined, 'an owner of the trial');
        return this.#connect(consortium, owner.identity);
      },
      failure: this.#failure(),
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    for (const client of this.#clients) client.close();
    await Promise.all(this.#children.map(endProcess));
    await rm(this.#dir, { recursive: true, force: true, maxRetries: 3 });
    process.removeListener('exit', this.#emergency);
  }

  #partyDir(index: number): string {
    return join(this.#dir, `party-${index + 1}`);
  }

  async #startParty(index: number): Promise<Extract<FromParty, { kind: 'ports' }>> {
    const name = `party ${index + 1}`;
    const child = startProcess('../../server/party-process', import.meta.url, [
      this.#partyDir(index),
    ]);
    this.#children.push(child);
    return new Promise((resolve, reject) => {
      const fail = (what: string) => {
        clearTimeout(late);
        reject(new TacitError('PARTY_UNREACHABLE', `${name} ${what}`));
      };
      const late = setTimeout(() => fail(`did not start within ${START_MS / 1000} s`), START_MS);
      child.once('error', () => fail('could not be started as a process'));
      child.once('exit', (code) => fail(`ended while starting (exit code ${code})`));
      child.once('message', (message: FromParty) => {
        clearTimeout(late);
        if (message.kind === 'ports') resolve(message);
        else reject(fromPlain(message.error));
      });
    });
  }

  #failure(): Promise<never> {
    const failure = new Promise<never>((_, reject) => {
      for (const [i, child] of this.#children.entries()) {
        child.once('exit', (code, signal) => {
          if (this.#closing) return;
          const how = signal === null ? `exit code ${code}` : signal;
          reject(new TacitError('PARTY_UNREACHABLE', `party ${i + 1} ended (${how})`));
        });
      }
    });
    failure.catch(() => {});
    return failure;
  }

  #connect(consortium: Consortium, identity: Identity): Connections {
    const [a, b, c] = consortium.parties.map((party) => new PartyClient(party, identity));
    invariant(a !== undefined && b !== undefined && c !== undefined, 'a trial has three parties');
    this.#clients.push(a, b, c);
    return [a, b, c];
  }
}

/** One member per owner, and an analyst; an owner of that name is the analyst, too. */
async function createMembers(owners: readonly string[]): Promise<Member[]> {
  const names = new Set([...owners, 'analyst']);
  return Promise.all(
    Array.from(names, async (name): Promise<Member> => {
      const identity = await createIdentity(name);
      const owner = owners.includes(name) ? (['owner'] as const) : [];
      const analyst = name === 'analyst' ? (['analyst'] as const) : [];
      return { name, roles: [...owner, ...analyst], certificate: identity.certificate, identity };
    }),
  );
}

function describe(
  identities: readonly Identity[],
  members: readonly Member[],
  tls: boolean,
  ports: readonly { readonly control: number; readonly exchange: number }[],
): Consortium {
  const scheme = tls ? 'https' : 'http';
  const parties = identities.map(({ name, certificate }, index) => ({
    name,
    index,
    control: `${scheme}://${HOST}:${ports[index]?.control ?? 0}`,
    exchange: `${scheme}://${HOST}:${ports[index]?.exchange ?? 0}`,
    certificate,
    identityKey: certificateKey(certificate)?.toString('base64') ?? '',
  }));
  const listed = members.map(({ name, roles, certificate }) => ({ name, roles, certificate }));
  return { format: 1, threshold: 1, tls, parties, members: listed };
}

/** Closing the channel asks the process to end; by force if it does not. */
async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  if (child.connected) child.disconnect();
  else child.kill('SIGKILL');
  await ended;
  clearTimeout(force);
}
