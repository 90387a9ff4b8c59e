import type { ColumnDefinition, SharedDefinition } from '../catalog/table.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { decodeBounded, encodeMessage } from '../wire/messages.ts';
import type { BlockKey, Upload } from './share-store.ts';
import type { TableRecord } from './table-record.ts';

const FORM = { boolean: 0, field: 1, leaves: 2, salts: 3 } as const;
/** Of the records below; a store of another release is refused. */
const FORMAT = 3;
/** Larger than any table record: columns and dictionaries are bounded where they come in. */
const RECORD_BYTES_MAX = 256 * 1024 * 1024;

/** Bounds of secret text do not fit 64 bits. */
interface StoredColumn extends Omit<ColumnDefinition, 'bounds'> {
  readonly bounds: { readonly min: string; readonly max: string };
}

interface StoredTable extends Omit<TableRecord, 'definition'> {
  readonly format: typeof FORMAT;
  readonly definition: {
    readonly table: Omit<SharedDefinition['table'], 'columns'> & {
      readonly columns: readonly StoredColumn[];
    };
    readonly owners: readonly string[];
  };
}

/** The table's record as bytes. */
export function encodeTable(record: TableRecord): Uint8Array {
  const { table, owners } = record.definition;
  const columns = table.columns.map(storedColumn);
  const definition = { table: { name: table.name, columns, keys: table.keys }, owners };
  return encodeMessage({ ...record, format: FORMAT, definition } satisfies StoredTable);
}

/** Reads back what {@link encodeTable} wrote; STORAGE_CORRUPT if it is not msgpack or of another release. */
export function decodeTable(bytes: Uint8Array): TableRecord {
  const { format, definition, ...rest } = decodeRecord(bytes) as StoredTable;
  if (format !== FORMAT) {
    const message =
      'the share store was made by another release; start with an empty data directory';
    throw new TacitError('STORAGE_CORRUPT', message);
  }
  const columns = definition.table.columns.map(({ bounds: { min, max }, ...column }) => ({
    ...column,
    bounds: { min: BigInt(min), max: BigInt(max) },
  }));
  const table = { ...definition.table, columns };
  return { ...rest, definition: { table, owners: definition.owners } };
}

export function encodeUpload(upload: Upload): Uint8Array {
  const { id, table, definition, owner, rows, held, committed, promised, root, extra } = upload;
  const what = { id, table, definition, owner, rows };
  const { audit } = upload;
  return encodeMessage({
    ...{ ...what, held, committed, promised, root, extra },
    ...(audit && { audit }),
  });
}

export function decodeUpload(bytes: Uint8Array): Upload {
  return decodeRecord(bytes) as Upload;
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
function storedColumn(column: ColumnDefinition): StoredColumn {
  const { audit, bounds, bytes, dictionary, multiplicity, name, nullable, reveal, type } = column;
  return {
    name,
    type,
    nullable,
    bounds: { min: bounds.min.toString(), max: bounds.max.toString() },
    ...(dictionary === undefined ? {} : { dictionary }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(reveal === undefined ? {} : { reveal }),
    ...(multiplicity === undefined ? {} : { multiplicity }),
    ...(audit === undefined ? {} : { audit }),
  };
}
