import type { SqlType } from '../../src/catalog/types.ts';
import type { Duck } from './duckdb.ts';
import { columnSql, type LoadedTable } from './load.ts';

/** DuckDB multiplies decimals of up to this many digits as 64-bit integers, wider ones much slower. */
const FAST_DIGITS_MAX = 18;

/**
 * SQL that turns a typed value into the BIGINT that is stored for it (see ColumnDefinition); NULL
 * stays NULL. What is expensive to compute is computed once, in place of the loaded column.
 * `enumType` is DuckDB's type for the column's dictionary.
 */
export async function encodeColumn(
  duck: Duck,
  table: LoadedTable,
  index: number,
  type: SqlType,
  sql: string,
  enumType: string,
): Promise<string> {
  switch (type.kind) {
    case 'decimal': {
      await replaceColumn(duck, table, index, `DECIMAL(18,${type.scale})`, sql);
      const column = columnSql(index);
      const digits = await digitsOf(duck, table, column);
      await replaceColumn(duck, table, index, 'BIGINT', unscaled(column, type.scale, digits));
      return column;
    }
    case 'varchar': {
      const code = `CAST(enum_code(CAST(${sql} AS ${enumType})) AS BIGINT)`;
      await replaceColumn(duck, table, index, 'BIGINT', code);
      return columnSql(index);
    }
    case 'date':
      return `CAST(CAST(${sql} AS DATE) - DATE '1970-01-01' AS BIGINT)`;
    case 'timestamp':
      return `epoch_us(${sql})`;
    default:
      return `CAST(${sql} AS BIGINT)`;
  }
}

async function replaceColumn(
  duck: Duck,
  table: LoadedTable,
  index: number,
  type: string,
  sql: string,
): Promise<void> {
  const alters = table.parts.map(
    (part) =>
      `ALTER TABLE ${part.table} ALTER ${columnSql(index)} SET DATA TYPE ${type} USING ${sql}`,
  );
  await duck.run(alters.join('; '), `${table.name}.${table.columns[index]?.name}: encoding`);
}

/** Digits of the longest unscaled value of a decimal column. */
async function digitsOf(duck: Duck, table: LoadedTable, column: string): Promise<number> {
  const longest = `CAST(max(abs(${column})) AS VARCHAR)`;
  const [text] = await duck.row(`SELECT ${longest} FROM ${table.all}`, table.name);
  return String(text ?? '0').replace('.', '').length;
}

function unscaled(column: string, scale: number, digits: number): string {
  const isFast = digits + scale + 1 <= FAST_DIGITS_MAX;
  const precision = isFast ? Math.max(digits, scale) : FAST_DIGITS_MAX;
  // A factor of 19 digits makes DuckDB compute in 128 bits.
  const unit = `CAST(${10n ** BigInt(scale)} AS DECIMAL(${isFast ? scale + 1 : 19},0))`;
  return `CAST(CAST(${column} AS DECIMAL(${precision},${scale})) * ${unit} AS BIGINT)`;
}
