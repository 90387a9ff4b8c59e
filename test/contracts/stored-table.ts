import { definitionDigest, versionDigest } from '../../src/catalog/digest.ts';
import type { SharedDefinition, TableDefinition } from '../../src/catalog/table.ts';
import {
  type Certificate,
  type Operation,
  partsAfter,
  type VersionProposal,
} from '../../src/catalog/version.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import type {
  BlockKey,
  PendingPart,
  ShareStore,
  StoredUnit,
} from '../../src/storage/share-store.ts';
import { unitCount, unitKeys } from '../../src/storage/upload-rules.ts';

export const claims: TableDefinition = {
  name: 'Claims',
  columns: [
    {
      name: 'id',
      type: { kind: 'integer', name: 'BIGINT' },
      nullable: false,
      bounds: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
      multiplicity: 1,
    },
    {
      name: 'state',
      type: { kind: 'varchar' },
      nullable: true,
      bounds: { min: 0n, max: 1n },
      dictionary: ['aä', 'b"'],
    },
    {
      name: 'amount',
      type: { kind: 'decimal', precision: 18, scale: 2 },
      nullable: false,
      bounds: { min: 0n, max: 10n ** 18n - 1n },
    },
  ],
  keys: [{ columns: ['id'], multiplicity: 1 }],
};

export const A = 'aaaaaaaa00000001';
export const B = 'bbbbbbbb00000002';
export const C = 'cccccccc00000003';
export const OWNERS = ['hospital a', 'hospital b'] as const;
export const [FIRST, SECOND] = OWNERS;
export const SIGNATURE = 'ab'.repeat(64);
/** What uploads here are committed as: nobody checks their blocks. */
export const COMMITMENT = { root: 'cd'.repeat(32), extra: null };

/** The definition of `claims`, or of the same columns under another name. */
export function shared(name = claims.name, owners: readonly string[] = OWNERS): SharedDefinition {
  return { table: { ...claims, name }, owners };
}

/** An upload of the first owner; part B is the second one's. */
export function partOf(id: string, rows = 5, definition = shared()): PendingPart {
  const owner = id === B ? SECOND : FIRST;
  const digest = definitionDigest(nodeCrypto, definition);
  return { id, table: definition.table.name, definition: digest, owner, rows };
}

/** Defines a table and has all owners accept it. */
export async function defined(store: ShareStore, definition = shared()): Promise<void> {
  await store.define(definition);
  const digest = definitionDigest(nodeCrypto, definition);
  for (const owner of definition.owners) {
    await store.accept(definition.table.name, digest, { owner, signature: SIGNATURE });
  }
}

/** The blocks of one unit, `bytes` long each. */
export function unitOf(id: string, unit: number, bytes = 1, fill = 7): StoredUnit {
  const keys = unitKeys(claims, id, unit);
  return keys.map((key) => ({ key, bytes: new Uint8Array(bytes).fill(fill) }));
}

/** Sends all units of a part from the `first` on. */
export async function fill(store: ShareStore, { id, rows }: PendingPart, first = 0): Promise<void> {
  const count = unitCount(claims, rows);
  const units = Array.from({ length: count - first }, (_, k) => unitOf(id, first + k));
  await store.write(id, first, units);
}

/** Uploads a part whole and commits it. */
export async function upload(store: ShareStore, part: PendingPart): Promise<void> {
  await store.begin(part);
  await fill(store, part);
  await store.commit(part.id, COMMITMENT);
}

/** What follows the newest version: parts are those of the store's committed uploads. */
export function proposalOf(
  store: ShareStore,
  owner: string,
  operation: Operation,
  ids: readonly string[],
  definition = shared(),
): VersionProposal {
  const table = definition.table.name;
  const { head } = store.state(table);
  const added = ids.map((id) => {
    const rows = store.uploads().find((found) => found.id === id)?.rows ?? 0;
    return { id, owner, rows, root: COMMITMENT.root };
  });
  const digest = definitionDigest(nodeCrypto, definition);
  return {
    ...{ table, definition: digest, operation, owner },
    number: (head?.proposal.number ?? 0) + 1,
    base: head ? versionDigest(nodeCrypto, head.proposal) : digest,
    parts: partsAfter(head?.proposal.parts ?? [], operation, owner, added),
  };
}

export function certificateOf(proposal: VersionProposal): Certificate {
  return { proposal, ownerSignature: SIGNATURE, signatures: [SIGNATURE, SIGNATURE, SIGNATURE] };
}

/** Makes the next version usable as the parties do: promise, bind, certify. */
export async function publish(store: ShareStore, proposal: VersionProposal): Promise<void> {
  const signed = { proposal, ownerSignature: SIGNATURE };
  await store.promise(signed);
  await store.bind({
    ...signed,
    ready: [SIGNATURE, SIGNATURE, SIGNATURE],
    signatures: [SIGNATURE],
  });
  await store.certify(certificateOf(proposal));
}

export function keyOf(part: string, change: Partial<BlockKey> = {}): BlockKey {
  return { part, column: 0, form: 'boolean', limb: 0, block: 0, ...change };
}
