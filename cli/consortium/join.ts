import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateBytes, fingerprint, type Identity } from '../../server/identity/certificate.ts';
import { type Consortium, parseConsortium } from '../../server/identity/consortium.ts';
import { consortiumDigest } from '../../server/identity/consortium-digest.ts';
import {
  type Merged,
  type MergedEntry,
  mergeConsortium,
} from '../../server/identity/merge-consortium.ts';
import { FILES, parseIdentity } from '../../server/identity/party-directory.ts';
import {
  PUBLIC_BYTES_MAX,
  PUBLIC_SUFFIX,
  type PublicIdentity,
  parsePublicIdentity,
} from '../../server/identity/public-identity.ts';
import { hex } from '../../src/crypto/hex.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { Security } from '../../src/program/program.ts';
import type { Ask } from '../output/confirm.ts';
import type { Output } from '../run/run-statements.ts';
import { parseFingerprint, spoken } from './fingerprints.ts';

export interface JoinOptions {
  /** Nobody is asked. */
  readonly yes: boolean;
  /** Fingerprints, or the consortium's digest, that others have told in another way. */
  readonly expect: readonly string[];
  /** What the parties shall run; absent: as before, or active. All must say the same. */
  readonly security?: Security;
}

/**
 * `tacit join`: merges public identities, the directory's own one included, into its consortium.json, once somebody has
 * confirmed their fingerprints. Nothing is written otherwise. CONFIG_INVALID on conflicts.
 */
export async function joinCommand(
  dir: string,
  files: readonly string[],
  options: JoinOptions,
  output: Output,
  ask: Ask,
): Promise<number> {
  const expected = options.expect.map(parseFingerprint);
  const identity = parseIdentity(await readOwn(dir, FILES.identity));
  const added: PublicIdentity[] = [];
  for (const file of files) added.push(parsePublicIdentity(await readPublic(file), file));
  const existing = await readConsortium(dir);
  const own = join(dir, `${identity.name}${PUBLIC_SUFFIX}`);
  if (existing === undefined) added.push(parsePublicIdentity(await readPublic(own), own));
  const merged = mergeConsortium(existing, added, options.security);
  requireOwn(merged, identity);
  const digest = hex(consortiumDigest(merged.consortium));
  output.stdout(describe(merged, identity.name, digest));
  const changed = merged.entries.filter(({ change }) => change !== 'none');
  if (changed.length === 0 && !merged.changesSecurity) {
    output.stderr(`${join(dir, FILES.consortium)} stays as it is.\n`);
    return 0;
  }
  const others = changed.filter((entry) => entry.identity.name !== identity.name);
  if (!(await isConfirmed(merged, others, digest, expected, options.yes, ask))) {
    output.stderr('Nothing was written.\n');
    return 1;
  }
  const path = join(dir, FILES.consortium);
  await writeFile(`${path}.new`, merged.json, { mode: 0o600 });
  await rename(`${path}.new`, path);
  output.stderr(`Wrote ${path}. Its digest is the same at all who merged the same files.\n`);
  return 0;
}

async function isConfirmed(
  { entries }: Merged,
  others: readonly MergedEntry[],
  digest: string,
  expected: readonly string[],
  yes: boolean,
  ask: Ask,
): Promise<boolean> {
  const known = new Set([digest, ...entries.map((entry) => entry.fingerprint)]);
  const stray = expected.find((print) => !known.has(print));
  if (stray !== undefined) {
    const message = `--expect: nothing here has the fingerprint or digest ${stray}; ask again for the files`;
    throw new TacitError('CONFIG_INVALID', message);
  }
  const isExpected = (entry: MergedEntry) => expected.includes(entry.fingerprint);
  if (yes || expected.includes(digest) || others.every(isExpected)) return true;
  if (ask === undefined) {
    const message =
      'nobody can be asked here: compare the digest with the others, then add --expect DIGEST ' +
      '(or --yes, if all files came a way that nobody can change)';
    throw new TacitError('CONFIG_INVALID', message);
  }
  const answer = await ask('Do the others read the same fingerprints to you? (yes/no) ');
  return /^y(es)?$/i.test(answer.trim());
}

/** Names, roles, addresses and fingerprints, then security and digest. */
function describe(merged: Merged, own: string, digest: string): string {
  const { changesSecurity, consortium, entries } = merged;
  const marks = { new: 'new', moved: 'new address', none: '' };
  const lines = entries.flatMap(({ change, fingerprint: print, identity }, i) => {
    const { name, roles } = identity;
    const role = roles.includes('party') ? `party ${i + 1}` : roles.join(', ');
    const notes = [name === own ? 'this directory' : '', marks[change]].filter((note) => note);
    const at =
      identity.control === undefined
        ? []
        : [`    control ${identity.control}, exchange ${identity.exchange}`];
    const note = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
    return [`${name}: ${role}${note}`, ...at, `    ${spoken(print)}`];
  });
  const change = changesSecurity ? ' (changed)' : '';
  lines.push(`consortium: ${consortium.security} security${change}`, `    ${spoken(digest)}`);
  return `${lines.join('\n')}\n`;
}

/** The own entry must have the own key: somebody else's file of the same name would lock us out. */
function requireOwn({ entries }: Merged, { certificate, name }: Identity): void {
  const own = fingerprint(certificateBytes(certificate));
  if (entries.some((entry) => entry.identity.name === name && entry.fingerprint === own)) return;
  const message = `${JSON.stringify(name)} is not among the files with the key of this directory`;
  throw new TacitError('CONFIG_INVALID', message);
}

async function readOwn(dir: string, name: string): Promise<string> {
  try {
    return await readFile(join(dir, name), 'utf8');
  } catch (cause) {
    const message = `${join(dir, name)} cannot be read; \`tacit init\` makes it`;
    throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
  }
}

async function readConsortium(dir: string): Promise<Consortium | undefined> {
  let json: string;
  try {
    json = await readFile(join(dir, FILES.consortium), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const message = `${join(dir, FILES.consortium)} cannot be read`;
    throw new TacitError('CONFIG_INVALID', message, undefined, { cause });
  }
  return parseConsortium(json);
}

async function readPublic(path: string): Promise<string> {
  let size: number;
  try {
    ({ size } = await stat(path));
    if (size <= PUBLIC_BYTES_MAX) return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TacitError('CONFIG_INVALID', `${path} cannot be read`, undefined, { cause });
  }
  throw new TacitError('CONFIG_INVALID', `${path}: a public identity has at most 64 KiB`);
}
