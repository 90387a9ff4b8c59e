import type { ColumnDefinition } from '../catalog/table.ts';
import { decodeBounded, encodeMessage } from '../wire/messages.ts';
import type { BlockKey } from './share-store.ts';
import type { PartRecord, TableRecord } from './upload-rules.ts';

const FORM = { boolean: 0, field: 1 } as const;
/** Larger than any table record: columns and dictionaries are bounded where they come in. */
const RECORD_BYTES_MAX = 256 * 1024 * 1024;

/** The table's record as bytes; bigints are kept as 64-bit integers. */
export function encodeTable({ definition, slots, digest }: TableRecord): Uint8Array {
  const { name, columns, keys } = definition;
  return encodeMessage({
    definition: { name, columns: columns.map(plainColumn), keys },
    slots,
    digest: digest ?? null,
  });
}

/** Reads back what {@link encodeTable} wrote; STORAGE_CORRUPT if it is not msgpack. */
export function decodeTable(bytes: Uint8Array): TableRecord {
  type Stored = Omit<TableRecord, 'digest'> & { readonly digest: string | null };
  const stored = decodeRecord(bytes) as Stored;
  return { ...stored, digest: stored.digest ?? undefined };
}

export function encodePart(part: PartRecord): Uint8Array {
  const { id, table, slot, owner, rows, committed } = part;
  return encodeMessage({ id, table, slot, owner, rows, committed });
}

export function decodePart(bytes: Uint8Array): PartRecord {
  return decodeRecord(bytes) as PartRecord;
}

/** Key of a block: part id, 0, column, form, limb, block, so that a part's blocks lie together. */
export function blockBytes({ part, column, form, limb, block }: BlockKey): Buffer {
  const key = Buffer.alloc(part.length + 9);
  let at = key.write(part, 'latin1') + 1;
  at = key.writeUInt16BE(column, at);
  at = key.writeUInt8(FORM[form], at);
  at = key.writeUInt8(limb, at);
  key.writeUInt32BE(block, at);
  return key;
}

/** Start (inclusive) and end (exclusive) of the keys of a part's blocks. */
export function partRange(part: string): { start: Buffer; end: Buffer } {
  return { start: Buffer.from(`${part}\0`, 'latin1'), end: Buffer.from(`${part}\x01`, 'latin1') };
}

function decodeRecord(bytes: Uint8Array): unknown {
  return decodeBounded(bytes, RECORD_BYTES_MAX, 'the share store', 'STORAGE_CORRUPT');
}

/** Absent instead of undefined, which plain msgpack does not know. */
function plainColumn(column: ColumnDefinition): ColumnDefinition {
  const { name, type, nullable, bounds, dictionary, multiplicity } = column;
  return {
    name,
    type,
    nullable,
    bounds: { min: bounds.min, max: bounds.max },
    ...(dictionary === undefined ? {} : { dictionary }),
    ...(multiplicity === undefined ? {} : { multiplicity }),
  };
}
