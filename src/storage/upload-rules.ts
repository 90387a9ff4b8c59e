import { sortParts, tableDigest } from '../catalog/digest.ts';
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

/** A table as stored: it is visible when `digest` is set, which is when its last part was committed. */
export interface TableRecord {
  readonly definition: TableDefinition;
  readonly partCount: number;
  readonly parts: readonly TablePart[];
  readonly digest: string | undefined;
}

export type PartRecord = Upload;

const PART_ID = /^[0-9a-f]{8,64}$/;

/** Tables are found whatever the case of their name. */
export function tableKey(name: string): string {
  return name.toLowerCase();
}

/** The record to store for a new table, or undefined if the same one exists; else UPLOAD_CONFLICT. */
export function defineTable(
  crypto: CryptoProvider,
  existing: TableRecord | undefined,
  definition: TableDefinition,
  partCount: number,
): TableRecord | undefined {
  if (!Number.isSafeInteger(partCount) || partCount < 1) {
    throw invalid(`table ${definition.name} needs at least one part`);
  }
  if (!existing) return { definition, partCount, parts: [], digest: undefined };
  const same = tableDigest(crypto, definition, []) === tableDigest(crypto, existing.definition, []);
  if (same && existing.partCount === partCount) return undefined;
  throw conflict(`table ${definition.name} exists with another definition or number of parts`);
}

/** Whether the upload may (re)start; UPLOAD_INVALID or UPLOAD_CONFLICT if not. */
export function checkBegin(
  table: TableRecord | undefined,
  existing: PartRecord | undefined,
  part: PendingPart,
): void {
  if (!PART_ID.test(part.id)) throw invalid('an upload id is 8 to 64 lower-case hex digits');
  if (!Number.isSafeInteger(part.rows) || part.rows < 0) {
    throw invalid(`upload ${part.id} has no valid number of rows`);
  }
  if (!table) throw invalid(`table ${part.table} is not defined`);
  if (existing?.committed) throw conflict(`upload ${part.id} is complete already`);
  if (table.digest !== undefined) throw conflict(`table ${part.table} is complete already`);
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

/** The table after one more part; undefined if the part is in it already. */
export function commitPart(
  crypto: CryptoProvider,
  table: TableRecord,
  part: PartRecord,
): TableRecord | undefined {
  if (part.committed) return undefined;
  if (table.parts.length >= table.partCount) {
    throw conflict(`table ${part.table} has all of its ${table.partCount} parts already`);
  }
  const { id, owner, rows } = part;
  const parts = sortParts([...table.parts, { id, owner, rows }]);
  const complete = parts.length === table.partCount;
  const digest = complete ? tableDigest(crypto, table.definition, parts) : undefined;
  return { ...table, parts, digest };
}

/** What the catalog shows of a complete table. */
export function versionOf({ definition, parts, digest }: TableRecord): TableVersion | undefined {
  return digest === undefined ? undefined : { definition, parts, digest };
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
