import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { certificateBytes, fingerprint } from '../../server/identity/certificate.ts';
import { addressOf, isLoopback } from '../../server/identity/consortium.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';
import { FILES, type Listen, type WrittenSettings } from '../../server/identity/party-directory.ts';
import {
  checkPublic,
  PUBLIC_SUFFIX,
  printPublicIdentity,
} from '../../server/identity/public-identity.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { Output } from '../run/run-statements.ts';
import { spoken } from './fingerprints.ts';

export interface InitOptions {
  readonly name: string;
  readonly role: readonly string[];
  /** Addresses that others reach a party at; members have none. */
  readonly control?: string;
  readonly exchange?: string;
}

/**
 * `tacit init`: makes a key, its certificate and the public identity in a directory that has none. CONFIG_INVALID if
 * one of the files is there already, or a field is wrong.
 */
export async function initCommand(
  dir: string,
  { name, role, ...addresses }: InitOptions,
  output: Output,
): Promise<number> {
  const body = checkPublic(name, role, addresses);
  const identity = await createIdentity(name);
  const shared = join(dir, `${name}${PUBLIC_SUFFIX}`);
  const files: [string, string][] = [
    [join(dir, FILES.identity), `${JSON.stringify(identity, null, 2)}\n`],
    [shared, printPublicIdentity(identity, body)],
  ];
  if (body.control !== undefined && body.exchange !== undefined) {
    const settings = { control: listenAt(body.control), exchange: listenAt(body.exchange) };
    files.push([join(dir, FILES.settings), stringify(settings satisfies WrittenSettings)]);
  }
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const [path] of [...files, [join(dir, FILES.consortium)] as const])
    await refuseExisting(path);
  for (const [path, text] of files) await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  const print = fingerprint(certificateBytes(identity.certificate));
  output.stdout(
    `${name} (${body.roles.join(', ')})\n` +
      `fingerprint  ${spoken(print)}\n` +
      `to share     ${shared}\n`,
  );
  output.stderr(
    `${join(dir, FILES.identity)} holds the private key: it never leaves this machine; keep a copy offline.\n` +
      `Send ${shared} to the others, and tell them the fingerprint in another way (by phone).\n`,
  );
  return 0;
}

/** All interfaces of the machine, unless the address is one that only the machine itself reaches. */
function listenAt(origin: string): Listen {
  const { host, port } = addressOf(origin);
  if (isLoopback(host)) return { host, port };
  return { host: host.includes(':') ? '::' : '0.0.0.0', port };
}

async function refuseExisting(path: string): Promise<void> {
  try {
    await access(path);
  } catch {
    return;
  }
  const message = `${path} exists already; a new identity needs a directory of its own`;
  throw new TacitError('CONFIG_INVALID', message);
}
