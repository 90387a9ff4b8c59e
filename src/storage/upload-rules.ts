import {
  checkDefinition,
  checkOwners,
  PART_ROWS_MAX,
  TABLE_ROWS_MAX,
  TABLES_MAX,
} from '../catalog/check-definition.ts';
import { tableDigest } from '../catalog/digest.ts';
import {
  limbCount,
  type TableDefinition,
  type TablePart,
  type TableVersion,
} from '../catalog/table.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { BLOCK_ROWS } from '../field/planes.ts';
import type { BlockKey, PendingPart, Upload } from './share-store.ts';

/** A place for one part of one owner; `part` is null until it is filled. */
export interface Slot {
  readonly owner: string;
  readonly part: TablePart | null;
}

/** A table as stored: it is visible when `digest` is set, which is when its last slot was filled. */
export interface TableRecord {
  readonly definition: TableDefinition;
  readonly slots: readonly Slot[];
  readonly digest: string | undefined;
}

export type PartRecord = Upload;

const PART_ID = /^[0-9a-f]{8,64}$/;

/** Tables are found whatever the case of their name. */
export function tableKey(name: string): string {
  return name.toLowerCase();
}

/** A table without parts; UPLOAD_INVALID if the definition or the owners have not the required form. */
export function newTable(definition: TableDefinition, owners: readonly string[]): TableRecord {
  checkDefinition(definition);
  checkOwners(owners);
  const slots = owners.map((owner) => ({ owner, part: null }));
  return { definition, slots, digest: undefined };
}

/**
 * Whether a new table is to be stored beside `tableCount` others: false if the same one exists; UPLOAD_CONFLICT if another
 * one of that name does.
 */
export function isNewTable(
  crypto: CryptoProvider,
  existing: TableRecord | undefined,
  table: TableRecord,
  tableCount: number,
): boolean {
  const { name } = table.definition;
  if (existing) {
    const [now, before] = [table, existing].map(({ definition, slots }) =>
      tableDigest(crypto, definition, ownersOf(slots), []),
    );
    if (now === before) return false;
    throw conflict(`table ${name} exists with another definition or other owners`);
  }
  if (tableCount < TABLES_MAX) return true;
  throw conflict(`table ${name} would be one too many: ${TABLES_MAX} are defined here`);
}

/** Whether the upload may (re)start; UPLOAD_INVALID or UPLOAD_CONFLICT if not. */
export function checkBegin(
  table: TableRecord | undefined,
  existing: PartRecord | undefined,
  part: PendingPart,
): void {
  if (!PART_ID.test(part.id)) throw invalid('an upload id is 8 to 64 lower-case hex digits');
  if (!Number.isInteger(part.rows) || part.rows < 0 || part.rows > PART_ROWS_MAX) {
    throw invalid(`upload ${part.id}: expected 0 to ${PART_ROWS_MAX} rows`);
  }
  if (!table) throw invalid(`table ${part.table} is not defined`);
  checkSlot(table, part);
  if (!existing) return;
  if (existing.committed) throw conflict(`upload ${part.id} is complete already`);
  const isSame = existing.owner === part.owner && tableKey(existing.table) === tableKey(part.table);
  if (!isSame) throw conflict(`upload ${part.id} is another owner's or another table's`);
}

/** The slot must be the owner's and free, and the table must not become too long. */
function checkSlot(table: TableRecord, { owner, rows, slot }: PendingPart): void {
  const { name } = table.definition;
  const place = table.slots[slot];
  if (place?.owner !== owner) {
    throw invalid(`slot ${slot} of table ${name} is not for owner "${owner}"`);
  }
  if (place.part) throw conflict(filledSlot(name, slot, place.part));
  const others = table.slots.reduce((sum, { part }) => sum + (part?.rows ?? 0), 0);
  if (others + rows > TABLE_ROWS_MAX) {
    throw invalid(`table ${name} would have more than ${TABLE_ROWS_MAX} rows`);
  }
}

function filledSlot(table: string, slot: number, { id, owner }: TablePart): string {
  return `slot ${slot} of table ${table} (owner "${owner}") is published already, by upload ${id}`;
}

/** The part that the blocks of a key belong to must be open. */
export function checkBlock(part: PartRecord | undefined, key: BlockKey): void {
  const { column, form, limb, block } = key;
  const fits = [column, limb, block].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!fits || column > 0xffff || limb > 0xff || block > 0xffffffff) {
    throw invalid(`upload ${key.part} has a block with an invalid place`);
  }
  if (form === 'boolean' && limb !== 0) {
    throw invalid(`upload ${key.part} has a Boolean block of limb ${limb}`);
  }
  if (!part || part.committed) throw invalid(`upload ${key.part} is not open; begin it again`);
}

/** The blocks that make up a part: of every column both forms, for every started BLOCK_ROWS rows. */
export function* blocksOf(definition: TableDefinition, part: PendingPart): Generator<BlockKey> {
  const blocks = Math.ceil(part.rows / BLOCK_ROWS);
  for (const [column, described] of definition.columns.entries()) {
    const limbs = limbCount(described);
    for (let block = 0; block < blocks; block++) {
      const place = { part: part.id, column, block };
      yield { ...place, form: 'boolean', limb: 0 };
      for (let limb = 0; limb < limbs; limb++) yield { ...place, form: 'field', limb };
    }
  }
}

/** The first block of the part that has not arrived; `isStored` says which have. */
export function missingBlock(
  table: TableRecord,
  part: PendingPart,
  isStored: (key: BlockKey) => boolean,
): BlockKey | undefined {
  for (const key of blocksOf(table.definition, part)) if (!isStored(key)) return key;
  return undefined;
}

/** The refusal to commit a part without one of its blocks. */
export function incompleteUpload({ part, column, form, limb, block }: BlockKey): TacitError {
  const what = `block ${block} of column ${column} (${form}, limb ${limb}) has not arrived`;
  return invalid(`upload ${part} is not complete: ${what}; send it, or publish again`);
}

/** The table with the part in its slot; undefined if it is there already, UPLOAD_CONFLICT if another one is. */
export function commitPart(
  crypto: CryptoProvider,
  table: TableRecord,
  part: PartRecord,
): TableRecord | undefined {
  if (part.committed) return undefined;
  checkSlot(table, part);
  const { id, owner, rows } = part;
  const filled = { owner, part: { id, owner, rows } };
  const slots = table.slots.map((slot, i) => (i === part.slot ? filled : slot));
  const parts = partsOf(slots);
  const isComplete = parts.length === slots.length;
  const { definition } = table;
  const digest = isComplete ? tableDigest(crypto, definition, ownersOf(slots), parts) : undefined;
  return { definition, slots, digest };
}

/** What the catalog shows of a complete table. */
export function versionOf({ definition, slots, digest }: TableRecord): TableVersion | undefined {
  return digest === undefined ? undefined : { definition, parts: partsOf(slots), digest };
}

function ownersOf(slots: readonly Slot[]): string[] {
  return slots.map(({ owner }) => owner);
}

function partsOf(slots: readonly Slot[]): TablePart[] {
  return slots.flatMap(({ part }) => part ?? []);
}

export function unknownUpload(id: string): TacitError {
  return invalid(`upload ${PART_ID.test(id) ? id : 'id'} is unknown; begin it again`);
}

export function checkedBlock(
  bytes: Uint8Array | undefined,
  key: BlockKey,
  length: number,
): Uint8Array {
  if (bytes?.length === length) return bytes;
  const { part, column, form, limb, block } = key;
  const what = bytes ? `has ${bytes.length} bytes instead of ${length}` : 'is missing';
  throw new TacitError(
    'STORAGE_CORRUPT',
    `block ${block} of column ${column} (${form}, limb ${limb}) of part ${part} ${what}`,
  );
}

function invalid(message: string): TacitError {
  return new TacitError('UPLOAD_INVALID', message);
}

function conflict(message: string): TacitError {
  return new TacitError('UPLOAD_CONFLICT', message);
}
