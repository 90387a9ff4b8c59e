import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { QueryLimits } from '../../src/engine/query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { certificateBytes, type Identity } from './certificate.ts';
import { type Consortium, isLoopback, NAME_MAX, parseConsortium } from './consortium.ts';
import { type Field, integer, invalid, oneOf, record, text } from './fields.ts';

/** An address to listen on; port 0 takes any free one. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** `party.yaml`: what concerns this machine only. */
export interface PartySettings {
  readonly control: Listen;
  readonly exchange: Listen;
  readonly log: LogLevel;
  /** A peer that is waited for and sends nothing for so long is given up. */
  readonly silenceSeconds: number;
  /** More queries are refused with PARTY_BUSY. */
  readonly queries: QueryLimits;
  readonly storage: StorageSettings;
}

export interface StorageSettings {
  /** Directory of the share store; a relative path starts at the party's directory. */
  readonly path: string;
  /** Uploads are refused, and `tacit doctor` fails, when less of the disk is free, in bytes. */
  readonly freeBytesMin: number;
}

/** `party.yaml` as it may be written: what is left out has its default. */
export interface WrittenSettings extends Partial<Pick<PartySettings, 'log' | 'silenceSeconds'>> {
  readonly control: Listen;
  readonly exchange: Listen;
  readonly queries?: Partial<QueryLimits>;
  readonly storage?: Partial<StorageSettings>;
}

export const SILENCE_SECONDS = 30;
export const SILENCE_SECONDS_MAX = 3600;
export const QUERY_LIMITS: QueryLimits = { running: 8, queued: 64, timeoutSeconds: 3600 };
const STORAGE: StorageSettings = { path: 'data', freeBytesMin: 1_000_000_000 };
const RUNNING_MAX = 256;
const QUEUED_MAX = 65_536;
const TIMEOUT_SECONDS_MAX = 7 * 24 * 3600;
const PATH_MAX = 4096;

/** How much a party writes to stderr. */
export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** Everything a party process needs from its directory. */
export interface PartyDirectory {
  readonly settings: PartySettings;
  readonly identity: Identity;
  readonly consortium: Consortium;
  /** This party's place in the consortium. */
  readonly self: number;
  /** Where the share store keeps its files. */
  readonly data: string;
}

/** Names of the files in a party's directory; members have the last two. */
export const FILES = {
  settings: 'party.yaml',
  identity: 'identity.json',
  consortium: 'consortium.json',
} as const;

/** Reads and checks a party's directory; CONFIG_INVALID names file and field. */
export async function readPartyDirectory(dir: string): Promise<PartyDirectory> {
  const settings = parseSettings(await read(dir, FILES.settings));
  const identity = parseIdentity(await read(dir, FILES.identity));
  const consortium = parseConsortium(await read(dir, FILES.consortium));
  if (!consortium.tls) requireLoopback(settings);
  const own = certificateBytes(identity.certificate);
  const self = consortium.parties.findIndex((p) => own.equals(certificateBytes(p.certificate)));
  if (self < 0) {
    throw new TacitError(
      'CONFIG_INVALID',
      `${FILES.consortium}: no party has the certificate of ${FILES.identity}`,
    );
  }
  return { settings, identity, consortium, self, data: resolve(dir, settings.storage.path) };
}

/** Creates the directory (readable by its owner only) with the three files. */
export async function writePartyDirectory(
  dir: string,
  settings: WrittenSettings,
  identity: Identity,
  consortium: Consortium,
): Promise<void> {
  const data = resolve(dir, settings.storage?.path ?? STORAGE.path);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const files = [
    [FILES.settings, settings],
    [FILES.identity, identity],
    [FILES.consortium, consortium],
  ] as const;
  for (const [name, value] of files) {
    await writeFile(join(dir, name), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  }
}

/** `party.yaml`, see {@link WrittenSettings}; docs/deploy.md lists fields and defaults. */
export function parseSettings(yaml: string): PartySettings {
  let value: unknown;
  try {
    value = parse(yaml);
  } catch {
    throw new TacitError('CONFIG_INVALID', `${FILES.settings}: not YAML`);
  }
  const f = record({ value, path: `${FILES.settings}: ` }, [
    ...(['control', 'exchange', 'log', 'silenceSeconds', 'queries', 'storage'] as const),
  ]);
  return {
    control: parseListen(f.control),
    exchange: parseListen(f.exchange),
    log: f.log.value === undefined ? 'info' : oneOf(f.log, LOG_LEVELS),
    silenceSeconds:
      f.silenceSeconds.value === undefined
        ? SILENCE_SECONDS
        : integer(f.silenceSeconds, 1, SILENCE_SECONDS_MAX),
    queries: parseQueries(f.queries),
    storage: parseStorage(f.storage),
  };
}

function parseQueries(field: Field): QueryLimits {
  if (field.value === undefined) return QUERY_LIMITS;
  const f = record(field, ['running', 'queued', 'timeoutSeconds']);
  const number = (name: keyof QueryLimits, min: number, max: number) =>
    f[name].value === undefined ? QUERY_LIMITS[name] : integer(f[name], min, max);
  return {
    running: number('running', 1, RUNNING_MAX),
    queued: number('queued', 0, QUEUED_MAX),
    timeoutSeconds: number('timeoutSeconds', 1, TIMEOUT_SECONDS_MAX),
  };
}

function parseStorage(field: Field): StorageSettings {
  if (field.value === undefined) return STORAGE;
  const f = record(field, ['path', 'freeBytesMin']);
  const { freeBytesMin: free, path } = f;
  return {
    path: path.value === undefined ? STORAGE.path : text(path, PATH_MAX),
    freeBytesMin:
      free.value === undefined ? STORAGE.freeBytesMin : integer(free, 0, Number.MAX_SAFE_INTEGER),
  };
}

/** Without TLS clients are believed what they say they are, so nobody else may reach this party. */
function requireLoopback({ control, exchange }: PartySettings): void {
  for (const [name, { host }] of Object.entries({ control, exchange })) {
    if (isLoopback(host)) continue;
    const field = { value: host, path: `${FILES.settings}: ${name}.host` };
    throw invalid(field, '127.0.0.1 or ::1, because tls is false in consortium.json');
  }
}

function parseListen(field: Field): Listen {
  const f = record(field, ['host', 'port']);
  return { host: text(f.host, 255), port: integer(f.port, 0, 65535) };
}

/** `identity.json`; the message never quotes its content. */
export function parseIdentity(json: string): Identity {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TacitError('CONFIG_INVALID', `${FILES.identity}: not JSON`);
  }
  const f = record({ value, path: `${FILES.identity}: ` }, ['name', 'certificate', 'privateKey']);
  return {
    name: text(f.name, NAME_MAX),
    certificate: text(f.certificate, 8192),
    privateKey: text(f.privateKey, 8192),
  };
}

async function read(dir: string, name: string): Promise<string> {
  try {
    return await readFile(join(dir, name), 'utf8');
  } catch (error) {
    throw new TacitError(
      'CONFIG_INVALID',
      `${name}: cannot be read in the party's directory`,
      undefined,
      {
        cause: error,
      },
    );
  }
}
