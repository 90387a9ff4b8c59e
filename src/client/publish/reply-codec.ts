import type {
  ColumnDefinition,
  TableDefinition,
  TablePart,
  TableVersion,
} from '../../catalog/table.ts';
import type { SqlType } from '../../catalog/types.ts';
import type {
  Certificate,
  Operation,
  PendingVersion,
  Signature,
  SignedProposal,
  VersionProposal,
} from '../../catalog/version.ts';
import type { DefinedTable, TableState, Upload } from '../../storage/share-store.ts';
import { fromBase64 } from '../base64.ts';
import { count, flag, items, malformed, member, words } from '../query/untrusted.ts';
import type { UploadOffer } from './party-uploads.ts';

const DIGITS = /^-?[0-9]{1,640}$/;
const SIGNATURE = /^[0-9a-f]{128}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const OPERATIONS: readonly Operation[] = ['append', 'replace', 'drop'];
const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'] as const;
const SIMPLE = ['boolean', 'date', 'timestamp', 'varchar'] as const;
const REVEALS = ['never', 'aggregate', 'rows'] as const;

// Readers of a party's answers; PEER_PROTOCOL if one does not have the agreed form.

/** A party's list of this owner's uploads. */
export function decodeUploads(text: string): readonly Upload[] {
  return items(member(root(text), 'parts')).map((part) => ({
    id: words(member(part, 'id')),
    table: words(member(part, 'table')),
    definition: matching(member(part, 'definition'), DIGEST),
    owner: words(member(part, 'owner')),
    rows: count(member(part, 'rows')),
    held: count(member(part, 'held')),
    committed: flag(member(part, 'committed')),
    promised: count(member(part, 'promised')),
    root: optionalDigest(member(part, 'root')),
    extra: optionalDigest(member(part, 'extra')),
  }));
}

/** A party's answer to `begin`. */
export function decodeOffer(text: string): UploadOffer {
  const value = root(text);
  const publicKey = fromBase64(words(member(value, 'publicKey')));
  if (publicKey?.length !== 32) throw malformed('a key is missing');
  return {
    publicKey,
    signature: signatureIn(value, 'signature'),
    held: count(member(value, 'held')),
  };
}

/** The signature that a party gave. */
export function decodeSignature(text: string): Signature {
  return signatureIn(root(text), 'signature');
}

/** The definitions that a party holds. */
export function decodeDefinitions(text: string): readonly DefinedTable[] {
  return items(member(root(text), 'definitions')).map((value) => ({
    definition: {
      table: tableDefinition(member(value, 'definition')),
      owners: items(member(value, 'owners')).map(words),
    },
    digest: matching(member(value, 'digest'), DIGEST),
    accepted: items(member(value, 'accepted')).map((entry) => ({
      owner: words(member(entry, 'owner')),
      signature: signatureIn(entry, 'signature'),
    })),
  }));
}

/** The versions that a party lists for queries. */
export function decodeTables(text: string): readonly TableVersion[] {
  return items(member(root(text), 'tables')).map((value) => ({
    definition: tableDefinition(member(value, 'definition')),
    parts: partsIn(value),
    digest: matching(member(value, 'digest'), DIGEST),
    number: count(member(value, 'number')),
  }));
}

/** Where a table stands at a party. */
export function decodeState(text: string): TableState {
  const value = root(text);
  const head = member(value, 'head');
  const pending = member(value, 'pending');
  return {
    head: head === undefined || head === null ? undefined : decodeCertificate(head),
    pending: pending === undefined || pending === null ? undefined : pendingVersion(pending),
  };
}

/** A certificate as parties and receipts write it. */
export function decodeCertificate(value: unknown): Certificate {
  return { ...signedProposal(value), signatures: signaturesIn(value, 'signatures') };
}

function pendingVersion(value: unknown): PendingVersion {
  return { ...decodeCertificate(value), ready: signaturesIn(value, 'ready') };
}

function signedProposal(value: unknown): SignedProposal {
  return {
    proposal: proposalOf(member(value, 'proposal')),
    ownerSignature: signatureIn(value, 'ownerSignature'),
  };
}

function proposalOf(value: unknown): VersionProposal {
  return {
    table: words(member(value, 'table')),
    definition: matching(member(value, 'definition'), DIGEST),
    number: count(member(value, 'number')),
    base: matching(member(value, 'base'), DIGEST),
    operation: oneOf(member(value, 'operation'), OPERATIONS),
    owner: words(member(value, 'owner')),
    parts: partsIn(value),
  };
}

function partsIn(value: unknown): TablePart[] {
  return items(member(value, 'parts')).map((part) => ({
    id: words(member(part, 'id')),
    owner: words(member(part, 'owner')),
    rows: count(member(part, 'rows')),
    root: matching(member(part, 'root'), DIGEST),
  }));
}

/** A definition as parties and receipts write it; it may still be one that no table can have. */
export function tableDefinition(value: unknown): TableDefinition {
  return {
    name: words(member(value, 'name')),
    columns: items(member(value, 'columns')).map(columnDefinition),
    keys: items(member(value, 'keys')).map((key) => ({
      columns: items(member(key, 'columns')).map(words),
      multiplicity: count(member(key, 'multiplicity')),
    })),
  };
}

function columnDefinition(value: unknown): ColumnDefinition {
  const bounds = member(value, 'bounds');
  const dictionary = member(value, 'dictionary');
  const bytes = member(value, 'bytes');
  const reveal = member(value, 'reveal');
  const multiplicity = member(value, 'multiplicity');
  const audit = member(value, 'audit');
  const end = (name: string) => BigInt(matching(member(bounds, name), DIGITS));
  return {
    name: words(member(value, 'name')),
    type: sqlType(member(value, 'type')),
    nullable: flag(member(value, 'nullable')),
    bounds: { min: end('min'), max: end('max') },
    ...(dictionary === undefined ? {} : { dictionary: items(dictionary).map(words) }),
    ...(bytes === undefined ? {} : { bytes: count(bytes) }),
    ...(reveal === undefined ? {} : { reveal: oneOf(reveal, REVEALS) }),
    ...(multiplicity === undefined ? {} : { multiplicity: count(multiplicity) }),
    ...(audit === undefined ? {} : { audit: oneOf(audit, [true]) }),
  };
}

function sqlType(value: unknown): SqlType {
  const kind = words(member(value, 'kind'));
  if (kind === 'integer') return { kind, name: oneOf(member(value, 'name'), INTEGERS) };
  if (kind === 'decimal') {
    const [precision, scale] = ['precision', 'scale'].map((key) => count(member(value, key)));
    return { kind, precision: precision ?? 0, scale: scale ?? 0 };
  }
  return { kind: oneOf(kind, SIMPLE) };
}

function signaturesIn(value: unknown, key: string): Signature[] {
  return items(member(value, key)).map((signature) => matching(signature, SIGNATURE));
}

function signatureIn(value: unknown, key: string): Signature {
  return matching(member(value, key), SIGNATURE);
}

function optionalDigest(value: unknown): string | null {
  return value === null ? null : matching(value, DIGEST);
}

function matching(value: unknown, form: RegExp): string {
  const text = words(value);
  if (!form.test(text)) throw malformed('a digest, signature or number is missing');
  return text;
}

function oneOf<T extends string | true>(value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw malformed('an unknown word');
  return found;
}

function root(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('not JSON');
  }
}
