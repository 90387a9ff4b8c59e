import { hex } from '../crypto/hex.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { canonicalBytes } from '../program/canonical.ts';
import { revealOf, type SharedDefinition } from './table.ts';
import type { VersionProposal } from './version.ts';

/** What digests need: verifiers outside the parties have no more. */
export type Hashing = Pick<CryptoProvider, 'sha256'>;

/** What a signature of the catalog is for: no signature counts for anything but its purpose. */
export type Purpose =
  | 'tacit/definition'
  | 'tacit/proposal'
  | 'tacit/ready'
  | 'tacit/version'
  | 'tacit/audit'
  | 'tacit/upload-key';

/**
 * SHA-256 in lower-case hex of a table's definition and the owners who may publish into it; what each of these
 * owners signs. Names count as written, the order of owners does not.
 */
export function definitionDigest(crypto: Hashing, definition: SharedDefinition): string {
  const { name, columns, keys } = definition.table;
  const owners = [...definition.owners].sort();
  // What is not said is said: a default and its absence are the same definition.
  const said = columns.map((column) => ({ ...column, reveal: revealOf(column) }));
  return digestOf(crypto, 'definition', { name, columns: said, keys, owners });
}

/** SHA-256 in lower-case hex of a version: its definition, history and parts. Equal at all parties that hold it. */
export function versionDigest(crypto: Hashing, proposal: VersionProposal): string {
  const { table, definition, number, base, operation, owner, parts } = proposal;
  const listed = parts.map(({ id, owner: of, root, rows }) => ({ id, owner: of, root, rows }));
  const content = { table, definition, number, base, operation, owner, parts: listed };
  return digestOf(crypto, 'version', content);
}

/** SHA-256 in lower-case hex of the key that a party offers for one upload. */
export function uploadKeyDigest(
  crypto: Hashing,
  part: string,
  party: number,
  publicKey: Uint8Array,
): string {
  return digestOf(crypto, 'upload-key', { part, party, key: hex(publicKey) });
}

/** The bytes that are signed: purpose, consortium and digest, so that a signature fits nowhere else. */
export function signedMessage(
  purpose: Purpose,
  consortium: Uint8Array,
  digest: string,
): Uint8Array {
  return new TextEncoder().encode(`${purpose}|${hex(consortium)}|${digest}`);
}

function digestOf(crypto: Hashing, what: string, value: object): string {
  return hex(crypto.sha256(new TextEncoder().encode(`tacit/${what}/1|`), canonicalBytes(value)));
}
