import type { SqlType } from '../../catalog/types.ts';
import { type JsonValue, printValue } from '../../client/query/print-value.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { quotientToDouble } from '../../planner/logical/nearest-double.ts';

/** Digits of the widest number that an answer shows. */
const DIGITS = /^-?\d{1,200}$/;

/** The integer that a cell shows in its type's encoding; undefined unless the cell is exactly how that integer is printed. */
export function integerOf(type: SqlType, cell: JsonValue): bigint | undefined {
  const text = typeof cell === 'number' && Number.isSafeInteger(cell) ? String(cell) : cell;
  if (typeof text !== 'string') return undefined;
  const digits = type.kind === 'decimal' ? text.replace('.', '') : text;
  if (!DIGITS.test(digits)) return undefined;
  const value = BigInt(digits);
  return printValue(type, value) === cell ? value : undefined;
}

/** The whole number nearest to average * divisor, exactly: the sum, if the average tells it. */
export function sumOfAverage(average: number, divisor: bigint): bigint {
  const { exponent, significand } = partsOf(average);
  const product = significand * divisor;
  if (exponent >= 0) return product << BigInt(exponent);
  const half = 1n << BigInt(-exponent - 1);
  // An arithmetic shift rounds down, so that adding a half first rounds to the nearest.
  return (product + half) >> BigInt(-exponent);
}

/** What AVG shows for a sum and a divisor. */
export function averageOf(sum: bigint, divisor: bigint): number | null {
  return divisor === 0n ? null : quotientToDouble(sum, divisor);
}

/** A finite double as significand * 2^exponent. */
function partsOf(value: number): { readonly significand: bigint; readonly exponent: number } {
  if (!Number.isFinite(value)) throw new TacitError('RECEIPT_INVALID', 'an average is not finite');
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & ((1n << 52n) - 1n);
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  const significand = raw >> 63n === 1n ? -magnitude : magnitude;
  return { significand, exponent: Math.max(biased, 1) - 1075 };
}
