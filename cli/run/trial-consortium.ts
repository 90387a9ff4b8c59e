import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromPlain } from '../../server/engine/messages.ts';
import { startProcess } from '../../server/entry.ts';
import { certificateKey, type Identity } from '../../server/identity/certificate.ts';
import type { Consortium, ConsortiumMember } from '../../server/identity/consortium.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';
import {
  type LogLevel,
  SILENCE_SECONDS,
  SILENCE_SECONDS_MAX,
  writePartyDirectory,
} from '../../server/identity/party-directory.ts';
import type { FromParty, ToParty } from '../../server/serve-party.ts';
import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import type { QueryLimits } from '../../src/engine/query.ts';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import { SECURITY_DEFAULT, type Security } from '../../src/program/program.ts';
import { ownerSession } from '../connect/owner-session.ts';
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
  /** Default: active. */
  readonly security?: Security;
  readonly log: LogLevel;
  /** Default: the environment's TACIT_SILENCE_SECONDS, or else SILENCE_SECONDS. */
  readonly silenceSeconds?: number;
  /** Given a party's exchange port, another port that the other parties shall use instead: for slowing proxies. */
  readonly exchangeThrough?: (port: number) => Promise<number>;
  /** Names of analysts besides the one called `analyst`. */
  readonly analysts?: readonly string[];
  /** How many queries the parties serve, unless the usual number. */
  readonly queries?: Partial<QueryLimits>;
}

/** One member's connections to the three parties. */
export type Connections = readonly [PartyClient, PartyClient, PartyClient];

interface Member extends ConsortiumMember {
  readonly identity: Identity;
}

/**
 * Three party processes on this machine with fresh keys in a temporary directory. `close` may be called
 * at any time, also while it starts: it ends the processes and removes the directory.
 */
export class TrialConsortium {
  readonly #dir: string;
  readonly #children: (ChildProcess | undefined)[] = [];
  readonly #clients: PartyClient[] = [];
  readonly #emergency: () => void;
  #members: readonly Member[] = [];
  #consortium: Consortium | undefined;
  #closing: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  #silenceSeconds = SILENCE_SECONDS;

  private constructor(dir: string) {
    this.#dir = dir;
    // If this process exits without having called close, at least no keys stay behind.
    this.#emergency = () => rmSync(dir, { recursive: true, force: true });
    process.once('exit', this.#emergency);
  }

  static async create(): Promise<TrialConsortium> {
    return new TrialConsortium(await mkdtemp(join(tmpdir(), 'tacit-')));
  }

  /** Makes the keys and starts the processes; the caller closes also if this fails. */
  start(options: TrialOptions): Promise<void> {
    this.#starting = this.#start(options);
    return this.#starting;
  }

  async #start(options: TrialOptions): Promise<void> {
    const { owners, log, silenceSeconds } = options;
    this.#silenceSeconds = silenceSeconds ?? silenceFromEnvironment();
    const identities = await Promise.all(
      Array.from({ length: PARTIES }, (_, i) => createIdentity(`party ${i + 1}`)),
    );
    this.#members = await createMembers(owners, ['analyst', ...(options.analysts ?? [])]);
    const write = async (consortium: Consortium, ports: readonly Ports[]) => {
      const listen = (port = 0) => ({ host: HOST, port });
      await Promise.all(
        identities.map((identity, i) => {
          const { control, exchange } = ports[i] ?? {};
          const settings = {
            ...{ control: listen(control), exchange: listen(exchange) },
            ...{ log, silenceSeconds: this.#silenceSeconds },
            ...(options.queries === undefined ? {} : { queries: options.queries }),
          };
          return writePartyDirectory(this.directory(i), settings, identity, consortium);
        }),
      );
    };
    await write(describe(identities, this.#members, options, []), []);
    const ports = await Promise.all(identities.map((_, i) => this.startParty(i)));
    this.#consortium = describe(identities, this.#members, options, ports);
    // With the ports written down, a party that was stopped comes back at its old address.
    await write(this.#consortium, ports);
    const { exchangeThrough } = options;
    const seen = await Promise.all(
      ports.map(async ({ control, exchange }) => {
        return { control, exchange: (await exchangeThrough?.(exchange)) ?? exchange };
      }),
    );
    const { parties } = describe(identities, this.#members, options, seen);
    const exchange = parties.map((party) => party.exchange);
    for (const child of this.#children) {
      child?.send({ kind: 'addresses', exchange } satisfies ToParty);
    }
  }

  /** An analyst's connections. */
  analyst(name = 'analyst'): Connections {
    return this.#connect((member) => member.name === name && member.roles.includes('analyst'));
  }

  /** An owner's connections. */
  owner(name: string): Connections {
    return this.#connect((member) => member.name === name && member.roles.includes('owner'));
  }

  /** What everybody of the consortium holds as `consortium.json`. */
  get consortiumText(): string {
    invariant(this.#consortium !== undefined, 'the trial has started');
    return `${JSON.stringify(this.#consortium, null, 2)}\n`;
  }

  /** An owner at work, over connections of its own. */
  session(name: string): OwnerSession {
    const member = this.#members.find((one) => one.name === name && one.roles.includes('owner'));
    invariant(member !== undefined && this.#consortium !== undefined, 'an owner of the trial');
    return ownerSession(this.#consortium, name, member.identity, this.owner(name));
  }

  /** A party's directory, as `tacit party --dir` takes it. */
  directory(party: number): string {
    return join(this.#dir, `party-${party + 1}`);
  }

  /** The process of a party, while it runs. */
  processId(party: number): number | undefined {
    return this.#children[party]?.pid;
  }

  /** Ends one party's process at once, as a power cut would. */
  async killParty(party: number): Promise<void> {
    const child = this.#children[party];
    this.#children[party] = undefined;
    if (child === undefined || hasEnded(child)) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }

  /** Starts one party's process; resolves when it listens. */
  async startParty(party: number): Promise<Ports> {
    invariant(this.#closing === undefined, 'the trial is being closed');
    const name = `party ${party + 1}`;
    const entry = '../../server/party-process';
    const child = startProcess(entry, import.meta.url, [this.directory(party)]);
    this.#children[party] = child;
    return new Promise((resolve, reject) => {
      const fail = (what: string) => {
        clearTimeout(late);
        reject(new TacitError('PARTY_UNREACHABLE', `${name} ${what}`));
      };
      const late = setTimeout(() => fail(`did not start within ${START_MS / 1000} s`), START_MS);
      // Also for later: a message to a process that is gone must not end this one.
      child.on('error', () => fail('could not be started as a process'));
      child.once('exit', (code) => fail(`ended while starting (exit code ${code})`));
      child.once('message', (message: FromParty) => {
        clearTimeout(late);
        if (message.kind === 'ports') resolve(message);
        else reject(fromPlain(message.error));
      });
    });
  }

  /** Ends the processes and removes the directory; repeating it changes nothing. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all(this.#children.map((child) => child && endProcess(child)));
    // It fails now at the latest; until then it may write files.
    await this.#starting?.catch(() => {});
    await rm(this.#dir, { recursive: true, force: true, maxRetries: 3 });
    process.removeListener('exit', this.#emergency);
  }

  #connect(wanted: (member: Member) => boolean): Connections {
    const member = this.#members.find(wanted);
    invariant(member !== undefined && this.#consortium !== undefined, 'a member of the trial');
    const { identity } = member;
    const silenceMs = this.#silenceSeconds * 1000;
    const [a, b, c] = this.#consortium.parties.map(
      (party) => new PartyClient(party, identity, silenceMs),
    );
    invariant(a !== undefined && b !== undefined && c !== undefined, 'a trial has three parties');
    this.#clients.push(a, b, c);
    return [a, b, c];
  }
}

function silenceFromEnvironment(): number {
  const text = process.env['TACIT_SILENCE_SECONDS'];
  if (text === undefined) return SILENCE_SECONDS;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= SILENCE_SECONDS_MAX) return value;
  const wanted = `a whole number from 1 to ${SILENCE_SECONDS_MAX}`;
  throw new TacitError('CONFIG_INVALID', `TACIT_SILENCE_SECONDS: expected ${wanted}`);
}

interface Ports {
  readonly control: number;
  readonly exchange: number;
}

/** One member per owner and per analyst; an owner of an analyst's name is both. */
async function createMembers(
  owners: readonly string[],
  analysts: readonly string[],
): Promise<Member[]> {
  const names = new Set([...owners, ...analysts]);
  return Promise.all(
    Array.from(names, async (name): Promise<Member> => {
      const identity = await createIdentity(name);
      const owner = owners.includes(name) ? (['owner'] as const) : [];
      const analyst = analysts.includes(name) ? (['analyst'] as const) : [];
      return { name, roles: [...owner, ...analyst], certificate: identity.certificate, identity };
    }),
  );
}

function describe(
  identities: readonly Identity[],
  members: readonly Member[],
  { security = SECURITY_DEFAULT, tls }: TrialOptions,
  ports: readonly Ports[],
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
  return { format: 1, threshold: 1, security, tls, parties, members: listed };
}

/** Closing the channel asks the process to end; by force if it does not. */
async function endProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  if (child.connected) child.disconnect();
  else child.kill('SIGKILL');
  await ended;
  clearTimeout(force);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
