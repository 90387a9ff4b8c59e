import type { TablePart } from './table.ts';

/**
 * What an owner does to its own rows of a table. append: adds parts. replace: new parts instead of all it had.
 * drop: takes all of its parts out.
 */
export type Operation = 'append' | 'replace' | 'drop';

/** The next version of a table as one owner proposes it. Its digest is the digest of the version. */
export interface VersionProposal {
  /** Name of the table as it was defined. */
  readonly table: string;
  /** Digest of the table's definition. */
  readonly definition: string;
  /** 1 for the first version, then one more each time. */
  readonly number: number;
  /** Digest of the version before; of the definition for the first version. */
  readonly base: string;
  readonly operation: Operation;
  readonly owner: string;
  /** All parts of the new version: those that stay, in their order, then the new ones. */
  readonly parts: readonly TablePart[];
}

/** An Ed25519 signature in lower-case hex. */
export type Signature = string;

/** A proposal with its owner's signature, so that anybody may carry it on. */
export interface SignedProposal {
  readonly proposal: VersionProposal;
  readonly ownerSignature: Signature;
}

/**
 * A version on its way. `ready` holds every party's signature that it could take the version, and will keep its parts
 * until the number is decided; `signatures` those of the first parties that the version is the one of its number. A
 * party signs after all parties before it, so that two versions of one number never split the parties.
 */
export interface PendingVersion extends SignedProposal {
  readonly ready: readonly Signature[];
  readonly signatures: readonly Signature[];
}

/** A version that every party has signed; whoever holds this may use it. */
export interface Certificate extends SignedProposal {
  readonly signatures: readonly Signature[];
}

/** Names one version of one table. */
export interface VersionId {
  readonly table: string;
  readonly number: number;
  readonly digest: string;
}

/**
 * The newest version of a table that all lists contain; undefined if there is none. Each list is one party's, in
 * any order. Names count without regard to case. Parties keep the version before the newest, and none gets two
 * versions ahead of another, so lists of honest parties have one in common as soon as one was published.
 */
export function newestCommon(
  lists: readonly (readonly VersionId[])[],
  table: string,
): VersionId | undefined {
  const [first, ...others] = lists;
  const isSame = (a: VersionId, b: VersionId) =>
    a.number === b.number && a.digest === b.digest && isTable(b, table);
  return first
    ?.filter((id) => isTable(id, table))
    .filter((id) => others.every((list) => list.some((other) => isSame(id, other))))
    .reduce<VersionId | undefined>(
      (best, id) => (best && best.number >= id.number ? best : id),
      undefined,
    );
}

function isTable(id: VersionId, table: string): boolean {
  return id.table.toLowerCase() === table.toLowerCase();
}

/** The parts of a table after an operation of one owner; `added` are new parts of that owner. */
export function partsAfter(
  base: readonly TablePart[],
  operation: Operation,
  owner: string,
  added: readonly TablePart[],
): TablePart[] {
  const kept = operation === 'append' ? base : base.filter((part) => part.owner !== owner);
  return operation === 'drop' ? [...kept] : [...kept, ...added];
}
