import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
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
}

export const SILENCE_SECONDS = 30;
export const SILENCE_SECONDS_MAX = 3600;

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

const FILES = { settings: 'party.yaml', identity: 'identity.json', consortium: 'consortium.json' };

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
  return { settings, identity, consortium, self, data: join(dir, 'data') };
}

/** Creates the directory (readable by its owner only) with the three files. */
export async function writePartyDirectory(
  dir: string,
  settings: PartySettings,
  identity: Identity,
  consortium: Consortium,
): Promise<void> {
  await mkdir(join(dir, 'data'), { recursive: true, mode: 0o700 });
  const files = [
    [FILES.settings, settings],
    [FILES.identity, identity],
    [FILES.consortium, consortium],
  ] as const;
  for (const [name, value] of files) {
    await writeFile(join(dir, name), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  }
}

/** `party.yaml`: `control: {host, port}`, `exchange: {host, port}` and optionally `log: info`, `silenceSeconds: 30`. */
export function parseSettings(yaml: string): PartySettings {
  let value: unknown;
  try {
    value = parse(yaml);
  } catch {
    throw new TacitError('CONFIG_INVALID', `${FILES.settings}: not YAML`);
  }
  const f = record({ value, path: `${FILES.settings}: ` }, [
    ...(['control', 'exchange', 'log', 'silenceSeconds'] as const),
  ]);
  return {
    control: parseListen(f.control),
    exchange: parseListen(f.exchange),
    log: f.log.value === undefined ? 'info' : oneOf(f.log, LOG_LEVELS),
    silenceSeconds:
      f.silenceSeconds.value === undefined
        ? SILENCE_SECONDS
        : integer(f.silenceSeconds, 1, SILENCE_SECONDS_MAX),
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
