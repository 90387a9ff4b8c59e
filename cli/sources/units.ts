import { parseDate, parseTimestamp } from '../../src/catalog/calendar.ts';
import { printDecimal } from '../../src/catalog/decimal.ts';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import type { SqlType } from '../../src/catalog/types.ts';

const MILLIS_PER_DAY = 86_400_000;

/** The stored integer of a value written in the type's own units; undefined if it is none. */
export function parseValue(type: SqlType, text: string): bigint | undefined {
  switch (type.kind) {
    case 'integer':
      return parseDecimal(text, 0);
    case 'decimal':
      return parseDecimal(text, type.scale);
    case 'date':
      return parseDate(text);
    case 'timestamp':
      return parseTimestamp(text);
    default:
      return undefined;
  }
}

/** Digits with at most `scale` decimals, times 10^scale. */
function parseDecimal(text: string, scale: number): bigint | undefined {
  const match = /^\s*([-+]?)(\d+)(?:\.(\d*?)0*)?\s*$/.exec(text);
  const decimals = match?.[3] ?? '';
  if (!match || decimals.length > scale) return undefined;
  const unscaled = BigInt((match[2] ?? '') + decimals.padEnd(scale, '0'));
  return match[1] === '-' ? -unscaled : unscaled;
}

/** A bound in the column's own units, for a person. */
export function printBound(column: ColumnDefinition, value: bigint): string {
  const { type } = column;
  switch (type.kind) {
    case 'decimal':
      return printDecimal(value, type.scale);
    case 'date':
      return printMillis(Number(value) * MILLIS_PER_DAY).slice(0, 10);
    case 'timestamp':
      return printMillis(Number(value / 1000n))
        .slice(0, 19)
        .replace('T', ' ');
    default:
      return value.toString();
  }
}

/** Years outside JavaScript's calendar are printed as they are stored. */
function printMillis(millis: number): string {
  return Math.abs(millis) <= 8.64e15 ? new Date(millis).toISOString() : `${millis} ms since 1970`;
}
