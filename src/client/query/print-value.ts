import { printDecimal } from '../../catalog/decimal.ts';
import type { SqlType } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';

/** A cell of a result: exact numbers that a double cannot hold are strings. */
export type JsonValue = null | boolean | number | string;

const DAY_US = 86_400_000_000n;

/**
 * Prints the integer that encodes a value of the type: integers as numbers up to 2^53 - 1 and as
 * strings beyond, DECIMAL as an exact string, DATE `YYYY-MM-DD`, TIMESTAMP `YYYY-MM-DD HH:MM:SS[.f]`.
 */
export function printValue(type: SqlType, value: bigint): JsonValue {
  switch (type.kind) {
    case 'boolean':
      return value !== 0n;
    case 'integer':
    case 'hugeint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'decimal':
      return printDecimal(value, type.scale);
    case 'date':
      return printDate(value);
    case 'timestamp':
      return printTimestamp(value);
    default:
      throw new TacitError('PEER_PROTOCOL', `a number cannot be shown as ${type.kind}`);
  }
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar; years before 1 as `0044-03-15 (BC)`. */
export function printDate(days: bigint): string {
  const { year, month, day } = civil(days);
  const shown = year > 0n ? year : 1n - year;
  const text = `${pad(shown, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return year > 0n ? text : `${text} (BC)`;
}

/** Microseconds since 1970-01-01 00:00:00; trailing zeros of the fraction are not shown. */
export function printTimestamp(micros: bigint): string {
  const time = ((micros % DAY_US) + DAY_US) % DAY_US;
  const seconds = time / 1_000_000n;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((x) => pad(x, 2));
  const fraction = pad(time % 1_000_000n, 6).replace(/0+$/, '');
  const date = printDate((micros - time) / DAY_US);
  return `${date} ${clock.join(':')}${fraction && `.${fraction}`}`;
}

/** Year, month and day of a day number, counting eras of 400 years from 0000-03-01. */
function civil(days: bigint): { year: bigint; month: bigint; day: bigint } {
  const shifted = days + 719_468n;
  const dayOfEra = ((shifted % 146_097n) + 146_097n) % 146_097n;
  const era = (shifted - dayOfEra) / 146_097n;
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const shiftedMonth = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * shiftedMonth + 2n) / 5n + 1n;
  const month = shiftedMonth < 10n ? shiftedMonth + 3n : shiftedMonth - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  return { year, month, day };
}

function pad(value: bigint, width: number): string {
  return value.toString().padStart(width, '0');
}
