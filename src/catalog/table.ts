import { type Bounds, encodingFor, type SqlType } from './types.ts';

declare const columnIdBrand: unique symbol;
/** Position of a column inside its table; names exist only in the catalog and in EXPLAIN. */
export type ColumnId = number & { readonly [columnIdBrand]: 'ColumnId' };

/**
 * A column as its owners declared it; everything here is public.
 *
 * A value is stored as one integer: BOOLEAN 0/1, integers themselves, DECIMAL unscaled, DATE days since
 * 1970-01-01, TIMESTAMP microseconds since 1970-01-01, dictionary VARCHAR its index in `dictionary`
 * (sorted by UTF-8 bytes, as DuckDB orders strings), secret VARCHAR(n) its n UTF-8 bytes, padded with zeros behind, read
 * as one big-endian number of 8n bits, so that numbers compare as strings do. NULL is stored as 0 with the null bit set.
 */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly bounds: Bounds;
  readonly dictionary?: readonly string[];
  /** Secret text: most UTF-8 bytes of a value. It has no dictionary then, and no field form. */
  readonly bytes?: number;
  /** What queries may show of the column; absent: `aggregate`. */
  readonly reveal?: Reveal;
  /** Largest number of rows with an equal value, a power of two (1 = unique). */
  readonly multiplicity?: number;
  /** Owners commit to the column's totals over each part, so that auditors need to trust no party; absent: they do not. */
  readonly audit?: true;
}

/**
 * never: only conditions in WHERE may read the column. aggregate: values of many rows together (sums, counts, extremes,
 * group keys). rows: values of single rows too.
 */
export type Reveal = 'never' | 'aggregate' | 'rows';

export function revealOf(column: ColumnDefinition): Reveal {
  return column.reveal ?? 'aggregate';
}

export interface TableDefinition {
  readonly name: string;
  readonly columns: readonly ColumnDefinition[];
  readonly keys: readonly { readonly columns: readonly string[]; readonly multiplicity: number }[];
}

/** What owners agree on before any of them publishes: the table, and who may publish rows into it. */
export interface SharedDefinition {
  readonly table: TableDefinition;
  /** Names of members of the consortium, each once; their order does not matter. */
  readonly owners: readonly string[];
}

/**
 * One owner's rows in a table. `id` names its blocks in the share store; `root` is the owner's commitment to all parties'
 * shares of them, in lower-case hex (commitment.ts).
 */
export interface TablePart {
  readonly id: string;
  readonly owner: string;
  readonly rows: number;
  readonly root: string;
}

/** A usable version of a logical table: every party has signed `digest`, which covers all that is here and its history. */
export interface TableVersion {
  readonly definition: TableDefinition;
  readonly parts: readonly TablePart[];
  readonly digest: string;
  /** 1 for the first version, then one more each time. */
  readonly number: number;
}

/** What planning sees: the tables that all parties list. Names compare case-insensitively. */
export interface Catalog {
  readonly tables: readonly TableVersion[];
}

/** Rows of a version: a public bound, here the exact number. */
export function rowCount(version: TableVersion): number {
  return version.parts.reduce((sum, part) => sum + part.rows, 0);
}

/** Widest value kept as ONE field element: 2^28 rows of it still sum below 2^60 (PROTOCOLS 1.9). */
export const LIMB_BITS = 32;

/** Number of field elements that hold one value of the column: low 32 bits unsigned, then the rest signed; none for secret text. */
export function limbCount(column: ColumnDefinition): 0 | 1 | 2 {
  if (column.bytes !== undefined) return 0;
  return encodingFor(column.bounds).width <= LIMB_BITS ? 1 : 2;
}

/** Bit-planes of the column's Boolean form: value bits LSB first, then the null bit if nullable. */
export function planeCount(column: ColumnDefinition): number {
  return encodingFor(column.bounds).width + (column.nullable ? 1 : 0);
}

/** How a column is stored as shares (what `src/sharing` needs to know of it). */
export function storedForm(column: ColumnDefinition): {
  readonly width: number;
  readonly nullable: boolean;
  readonly limbs: 0 | 1 | 2;
  readonly min: bigint;
  readonly max: bigint;
  readonly bytes?: number;
} {
  const { bounds, bytes, nullable } = column;
  const { width } = encodingFor(bounds);
  const form = { width, nullable, limbs: limbCount(column), min: bounds.min, max: bounds.max };
  return bytes === undefined ? form : { ...form, bytes };
}
