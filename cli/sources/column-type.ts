import { printType, type SqlType } from '../../src/catalog/types.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { DECIMAL_PRECISION_MAX } from '../config-type.ts';
import type { Duck } from './duckdb.ts';
import { columnSql, findRow, type LoadedTable } from './load.ts';
import type { UnionColumn } from './unify.ts';

/** How a column is published: its type and SQL that casts a loaded value to it, or why it is not. */
export type TypeDecision =
  | { readonly type: SqlType; readonly sql: string; readonly warning?: string }
  | { readonly reason: string };

const SCALE_MAX = 9;
/** Digits without an exponent, as most files and DuckDB's own printing spell numbers. */
const PLAIN_NUMBER = String.raw`\s*[-+]?(\d+\.?\d*|\.\d+)\s*`;

const INTEGERS: ReadonlyMap<string, 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT'> = new Map([
  ['TINYINT', 'TINYINT'],
  ['SMALLINT', 'SMALLINT'],
  ['INTEGER', 'INTEGER'],
  ['BIGINT', 'BIGINT'],
  ['UTINYINT', 'SMALLINT'],
  ['USMALLINT', 'INTEGER'],
  ['UINTEGER', 'BIGINT'],
]);

/** Decides the published type of one column from its declaration or, without one, from its values. */
export async function decideType(
  duck: Duck,
  table: LoadedTable,
  index: number,
): Promise<TypeDecision> {
  const column = table.columns[index] as UnionColumn;
  if (column.config?.type) return declaredType(duck, table, index, column, column.config.type);
  const value = columnSql(index);
  const integer = INTEGERS.get(column.type);
  if (integer) return { type: { kind: 'integer', name: integer }, sql: value };
  if (/^(UBIGINT|U?HUGEINT)$/.test(column.type)) return wideInteger(duck, table, index);
  if (/^(DOUBLE|FLOAT)$/.test(column.type)) return binaryFloat(duck, table, index);
  if (column.type.startsWith('DECIMAL(')) return decimal(duck, table, index, column.type);
  if (/^TIMESTAMP(_S|_MS|_NS)?$/.test(column.type)) {
    return finite(duck, table, index, { kind: 'timestamp' }, `CAST(${value} AS TIMESTAMP)`);
  }
  switch (column.type) {
    case 'BOOLEAN':
      return { type: { kind: 'boolean' }, sql: value };
    case 'DATE':
      return finite(duck, table, index, { kind: 'date' }, value);
    case 'VARCHAR':
      return { type: { kind: 'varchar' }, sql: value };
    default:
      return { reason: `${shortType(column.type)} is not supported` };
  }
}

async function declaredType(
  duck: Duck,
  table: LoadedTable,
  index: number,
  column: UnionColumn,
  type: SqlType,
): Promise<TypeDecision> {
  const value = columnSql(index);
  const sql = `TRY_CAST(${value} AS ${printType(type)})`;
  const doing = `${table.name}.${column.name}: casting to ${printType(type)}`;
  const bad = await findRow(duck, table, `${value} IS NOT NULL AND ${sql} IS NULL`, doing);
  if (bad) {
    throw new TacitError(
      'SOURCE_INVALID',
      `${bad.source}, row ${bad.row}: the value of column ${column.name} is not ${printType(type)}`,
    );
  }
  const lossy = lossOf(type, value, column);
  const rounded = lossy ? await findRow(duck, table, lossy, doing) : undefined;
  if (!rounded) return { type, sql };
  const where = `${rounded.source}, row ${rounded.row}`;
  return { type, sql, warning: `values are rounded to ${printType(type)}, first in ${where}` };
}

/** SQL that is true where the cast to a declared type drops digits or a time of day. */
function lossOf(type: SqlType, value: string, column: UnionColumn): string | undefined {
  if (type.kind === 'date' && column.loadedAs.startsWith('TIMESTAMP')) {
    return `CAST(CAST(${value} AS DATE) AS TIMESTAMP) <> CAST(${value} AS TIMESTAMP)`;
  }
  if (column.loadedAs !== 'VARCHAR') return undefined;
  if (type.kind === 'decimal') return `${fractionDigits(value)} > ${type.scale}`;
  return type.kind === 'integer' ? `${fractionDigits(value)} > 0` : undefined;
}

/** Digits behind the point without trailing zeros; NULL for a number with an exponent. */
function fractionDigits(text: string): string {
  const digits = `length(rtrim(split_part(trim(${text}), '.', 2), '0'))`;
  return `CASE WHEN regexp_full_match(${text}, '${PLAIN_NUMBER}') THEN ${digits} END`;
}

/**
 * DOUBLE and FLOAT, loaded as text: the smallest scale at which every value is exactly its decimal.
 * Only a number with an exponent is compared as a double.
 */
async function binaryFloat(duck: Duck, table: LoadedTable, index: number): Promise<TypeDecision> {
  const value = columnSql(index);
  const advice = 'declare a DECIMAL(p,s) type for it';
  const doing = `${table.name}: finding the scale of column ${index + 1}`;
  const notPlain = `NOT regexp_full_match(${value}, '${PLAIN_NUMBER}')`;
  const [digits, unusual] = await duck.row(
    `SELECT max(${fractionDigits(value)}), count(*) FILTER (${notPlain}) FROM ${table.all}`,
    doing,
  );
  let scale = Number(digits ?? 0);
  if (unusual !== 0n) {
    const isExact = (s: number) =>
      `coalesce(CAST(TRY_CAST(${value} AS DECIMAL(18,${s})) AS DOUBLE) = CAST(${value} AS DOUBLE), false)`;
    while (scale <= SCALE_MAX) {
      if (!(await findRow(duck, table, `${notPlain} AND NOT ${isExact(scale)}`, doing))) break;
      scale += 1;
    }
  }
  if (scale > SCALE_MAX) {
    return { reason: `its values have more than ${SCALE_MAX} decimals; ${advice}` };
  }
  const type = { kind: 'decimal', precision: DECIMAL_PRECISION_MAX, scale } as const;
  const sql = `TRY_CAST(${value} AS ${printType(type)})`;
  if (await findRow(duck, table, `${value} IS NOT NULL AND ${sql} IS NULL`, doing)) {
    return { reason: `its values do not fit ${printType(type)}; ${advice}` };
  }
  return { type, sql };
}

async function wideInteger(duck: Duck, table: LoadedTable, index: number): Promise<TypeDecision> {
  const type = { kind: 'integer', name: 'BIGINT' } as const;
  return ifAllFit(duck, table, index, type, 'its values do not fit 64 bits');
}

async function decimal(
  duck: Duck,
  table: LoadedTable,
  index: number,
  name: string,
): Promise<TypeDecision> {
  const [precision = 0, scale = 0] = (name.match(/\d+/g) ?? []).map(Number);
  if (precision <= DECIMAL_PRECISION_MAX) {
    return { type: { kind: 'decimal', precision, scale }, sql: columnSql(index) };
  }
  const tooWide = `its values do not fit ${DECIMAL_PRECISION_MAX} digits`;
  if (scale > DECIMAL_PRECISION_MAX) return { reason: tooWide };
  const type = { kind: 'decimal', precision: DECIMAL_PRECISION_MAX, scale } as const;
  return ifAllFit(duck, table, index, type, tooWide);
}

async function ifAllFit(
  duck: Duck,
  table: LoadedTable,
  index: number,
  type: SqlType,
  reason: string,
): Promise<TypeDecision> {
  const value = columnSql(index);
  const sql = `TRY_CAST(${value} AS ${printType(type)})`;
  const doing = `${table.name}: casting column ${index + 1}`;
  const bad = await findRow(duck, table, `${value} IS NOT NULL AND ${sql} IS NULL`, doing);
  return bad ? { reason } : { type, sql };
}

async function finite(
  duck: Duck,
  table: LoadedTable,
  index: number,
  type: SqlType,
  sql: string,
): Promise<TypeDecision> {
  const doing = `${table.name}: checking column ${index + 1}`;
  const bad = await findRow(duck, table, `NOT isfinite(${sql})`, doing);
  return bad ? { reason: 'it contains an infinite date' } : { type, sql };
}

function shortType(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 37)}...`;
}
