import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { printType, type SqlType } from '../../src/catalog/types.ts';
import { columnType } from './describe.ts';

/** A value as a file, a query or a server gives it. */
export interface RawColumn {
  readonly sql: string;
  /** DuckDB's name of its type. */
  readonly type: string;
}

/** A rule that a row breaks. */
export interface Fault {
  /** SQL that is true for such rows, and false or NULL for others. */
  readonly condition: string;
  /** What is wrong with the value, without saying it. */
  readonly problem: string;
  /** Whether the value lies outside what was declared; otherwise it has not the type at all. */
  readonly isOutside: boolean;
}

/** How a column's values are stored by its definition, and which values are refused. */
export interface DeclaredColumn {
  /** SQL of the stored BIGINT, or of the secret text. */
  readonly sql: string;
  readonly faults: readonly Fault[];
}

const INTEGER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
/** Digits without an exponent, as most files and DuckDB's own printing spell numbers. */
const PLAIN_NUMBER = String.raw`\s*[-+]?(\d+\.?\d*|\.\d+)\s*`;
/** A time with an offset from UTC other than zero. */
const ZONED = String.raw`.*:\d\d(\.\d+)?\s*[-+](\d*[1-9]|\d\d:\d*[1-9]).*`;
/** DuckDB multiplies decimals of up to this many digits as 64-bit integers, wider ones much slower. */
const FAST_DIGITS_MAX = 18;

/** Encodes a column as its definition says. `enumType` is DuckDB's type for its dictionary. */
export function declareColumn(
  definition: ColumnDefinition,
  raw: RawColumn,
  enumType: string,
): DeclaredColumn {
  const faults: Fault[] = [];
  const outside = (condition: string, problem: string) =>
    faults.push({ condition, problem, isOutside: true });
  if (!definition.nullable) outside(`(${raw.sql}) IS NULL`, 'is NULL, and no NULLs were declared');
  const text = textOf(raw);
  if (definition.bytes !== undefined) {
    outside(`strlen(${text}) > ${definition.bytes}`, `is longer than ${definition.bytes} bytes`);
    outside(`contains(${text}, chr(0))`, 'contains a zero character');
    return { sql: text, faults };
  }
  const { lossy, sql } = castTo(definition.type, raw, enumType);
  const missing = `(${raw.sql}) IS NOT NULL AND (${sql}) IS NULL`;
  if (definition.dictionary) {
    outside(missing, 'is not in the dictionary');
    return { sql, faults };
  }
  const type = columnType(definition);
  faults.push({ condition: missing, problem: `is not ${type}`, isOutside: false });
  for (const [condition, problem] of lossy) {
    faults.push({ condition, problem: `${problem} ${type}`, isOutside: false });
  }
  const { max, min } = definition.bounds;
  outside(`(${sql}) < ${min} OR (${sql}) > ${max}`, 'lies outside the declared bounds');
  return { sql, faults };
}

interface Cast {
  /** The stored BIGINT; NULL for a value that has not the type. */
  readonly sql: string;
  /** Conditions under which the cast loses something, and what. */
  readonly lossy: readonly (readonly [condition: string, problem: string])[];
}

function castTo(type: SqlType, raw: RawColumn, enumType: string): Cast {
  switch (type.kind) {
    case 'boolean': {
      const value = raw.type === 'BOOLEAN' ? raw.sql : `TRY_CAST(${textOf(raw)} AS BOOLEAN)`;
      return { sql: `CAST(${value} AS BIGINT)`, lossy: [] };
    }
    case 'decimal':
      return castToDecimal(type.precision, type.scale, raw);
    case 'date':
      return castToDate(raw);
    case 'timestamp':
      return castToTimestamp(raw);
    case 'varchar':
      return {
        sql: `CAST(enum_code(TRY_CAST(${textOf(raw)} AS ${enumType})) AS BIGINT)`,
        lossy: [],
      };
    default: {
      const limits = `TRY_CAST(TRY_CAST(${numberOf(raw)} AS ${printType(type)}) AS BIGINT)`;
      return { sql: limits, lossy: fractions(raw, 0, limits) };
    }
  }
}

/** Bounds were checked to fit the precision, so what overflows it is refused either way. */
function castToDecimal(precision: number, scale: number, raw: RawColumn): Cast {
  const decimal = `TRY_CAST(${numberOf(raw)} AS DECIMAL(${precision},${scale}))`;
  const isFast = precision + scale + 1 <= FAST_DIGITS_MAX;
  // A factor of 19 digits makes DuckDB compute in 128 bits.
  const unit = `CAST(${10n ** BigInt(scale)} AS DECIMAL(${isFast ? scale + 1 : 19},0))`;
  const sql = `CAST(${decimal} * ${unit} AS BIGINT)`;
  return { sql, lossy: fractions(raw, scale, decimal) };
}

/** Where a cast to so many decimals would round. Only a number with an exponent is compared as a double. */
function fractions(raw: RawColumn, scale: number, cast: string): Cast['lossy'] {
  if (INTEGER.test(raw.type)) return [];
  const text = textOf(raw);
  const digits = `length(rtrim(split_part(trim(${text}), '.', 2), '0'))`;
  const plain = `regexp_full_match(${text}, '${PLAIN_NUMBER}')`;
  const rounded = `CAST(${cast} AS DOUBLE) <> TRY_CAST(${text} AS DOUBLE)`;
  return [
    [`CASE WHEN ${plain} THEN ${digits} > ${scale} ELSE ${rounded} END`, 'has more decimals than'],
  ];
}

function castToDate(raw: RawColumn): Cast {
  const date = raw.type === 'DATE' ? raw.sql : `TRY_CAST(${textOf(raw)} AS DATE)`;
  const infinite = [`NOT isfinite(${date})`, 'is infinite and so not a'] as const;
  const sql = daysOf(date);
  if (raw.type === 'DATE') return { sql, lossy: [infinite] };
  const timed = `TRY_CAST(${textOf(raw)} AS TIMESTAMP) <> CAST(${date} AS TIMESTAMP)`;
  return { sql, lossy: [infinite, [timed, 'has a time of day, unlike a']] };
}

/** Infinite dates have no days; they are refused by a rule of their own. */
function daysOf(date: string): string {
  return `CASE WHEN isfinite(${date}) THEN CAST(${date} - DATE '1970-01-01' AS BIGINT) WHEN ${date} IS NOT NULL THEN 0 END`;
}

function castToTimestamp(raw: RawColumn): Cast {
  const native = /^(DATE|TIMESTAMP(_S|_MS)?)$/.test(raw.type);
  const value = `TRY_CAST(${native ? raw.sql : textOf(raw)} AS TIMESTAMP)`;
  const finite = `CASE WHEN isfinite(${value}) THEN epoch_us(${value}) WHEN ${value} IS NOT NULL THEN 0 END`;
  const infinite = [`NOT isfinite(${value})`, 'is infinite and so not a'] as const;
  if (native) return { sql: finite, lossy: [infinite] };
  const zoned = `regexp_full_match(${textOf(raw)}, '${ZONED}')`;
  return { sql: finite, lossy: [infinite, [zoned, 'has a time zone, unlike a']] };
}

/** Integers and decimals as they are; everything else by its digits, so that none is lost. */
function numberOf(raw: RawColumn): string {
  return INTEGER.test(raw.type) ? raw.sql : textOf(raw);
}

function textOf({ sql, type }: RawColumn): string {
  return type === 'VARCHAR' ? sql : `CAST(${sql} AS VARCHAR)`;
}
