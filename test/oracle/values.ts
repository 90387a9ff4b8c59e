import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { printType } from '../../src/catalog/types.ts';

const MICROS_PER_SECOND = 1_000_000n;

/** The SQL literal of an encoded value, typed as its column. */
export function sqlLiteral(column: ColumnDefinition, value: bigint): string {
  const { type } = column;
  switch (type.kind) {
    case 'boolean':
      return value === 0n ? 'false' : 'true';
    case 'decimal':
      return `'${printDecimal(value, type.scale)}'::${printType(type)}`;
    case 'date':
      return `DATE '${printDate(value)}'`;
    case 'timestamp':
      return `TIMESTAMP '${printTimestamp(value)}'`;
    case 'varchar':
      return `'${(column.dictionary?.[Number(value)] ?? '').replaceAll("'", "''")}'`;
    default:
      return `'${value}'::${printType(type)}`;
  }
}

/** `-1234` at scale 2 is `-12.34`. */
export function printDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Days since 1970-01-01 as YYYY-MM-DD (years 1 to 9999). */
export function printDate(days: bigint): string {
  return new Date(Number(days) * 86_400_000).toISOString().slice(0, 10);
}

/** Microseconds since 1970-01-01 as DuckDB prints them: no fraction if it is zero. */
export function printTimestamp(micros: bigint): string {
  const fraction = ((micros % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const seconds = (micros - fraction) / MICROS_PER_SECOND;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  if (fraction === 0n) return text;
  return `${text}.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`;
}
