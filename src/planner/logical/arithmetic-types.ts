import { type Bounds, printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { DOUBLE, scaleOf } from './scalar.ts';

/** DuckDB's widest DECIMAL. */
export const DECIMAL_DIGITS_MAX = 38;

const DIGITS = { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19 } as const;
const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'] as const;
const BITS = { TINYINT: 7n, SMALLINT: 15n, INTEGER: 31n, BIGINT: 63n } as const;

/** Type of `left op right` over numbers, as DuckDB derives it. */
export function arithmeticType(
  op: '+' | '-' | '*',
  left: SqlType,
  right: SqlType,
  at: Position,
): SqlType {
  if (left.kind === 'decimal' || right.kind === 'decimal') return decimalType(op, left, right, at);
  return widerInteger(left, right);
}

/** The integer type that holds both. */
export function widerInteger(left: SqlType, right: SqlType): SqlType {
  if (left.kind !== 'integer' || right.kind !== 'integer') return { kind: 'hugeint' };
  const wider = Math.max(INTEGERS.indexOf(left.name), INTEGERS.indexOf(right.name));
  return { kind: 'integer', name: INTEGERS[wider] ?? 'BIGINT' };
}

/** DuckDB stays with 64-bit integers, which hold this many digits, if both operands are such. */
const DECIMAL_DIGITS_64 = 18;

function decimalType(op: '+' | '-' | '*', left: SqlType, right: SqlType, at: Position): SqlType {
  const [leftScale, rightScale] = [scaleOf(left), scaleOf(right)];
  const [leftDigits, rightDigits] = [digitsOf(left), digitsOf(right)];
  const scale = op === '*' ? leftScale + rightScale : Math.max(leftScale, rightScale);
  if (scale > DECIMAL_DIGITS_MAX) {
    throw new TacitError(
      'SQL_OVERFLOW',
      `the product needs ${scale} digits after the point, DECIMAL has at most ${DECIMAL_DIGITS_MAX}`,
      at,
    );
  }
  const digits =
    op === '*'
      ? leftDigits + rightDigits
      : Math.max(leftDigits - leftScale, rightDigits - rightScale) + scale + 1;
  const small = Math.max(leftDigits, rightDigits) <= DECIMAL_DIGITS_64;
  const narrow = small && (op !== '*' || scale < DECIMAL_DIGITS_64);
  const limit = narrow ? DECIMAL_DIGITS_64 : DECIMAL_DIGITS_MAX;
  return { kind: 'decimal', precision: Math.min(digits, limit), scale };
}

/** Digits of the DECIMAL that DuckDB makes of a number of this type. */
export function digitsOf(type: SqlType): number {
  if (type.kind === 'decimal') return type.precision;
  return type.kind === 'integer' ? DIGITS[type.name] : DECIMAL_DIGITS_MAX;
}

/** The type that holds numbers of both types, as DuckDB finds it. */
export function combineNumbers(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'double' || b.kind === 'double') return DOUBLE;
  if (a.kind !== 'decimal' && b.kind !== 'decimal') return widerInteger(a, b);
  const { whole, scale: most } = jointDigits(a, b);
  // Where not all digits fit, DuckDB keeps those before the point of two decimals, and those behind it beside an integer.
  const isMixed = a.kind !== 'decimal' || b.kind !== 'decimal';
  const scale = isMixed ? most : Math.min(most, DECIMAL_DIGITS_MAX - whole);
  return { kind: 'decimal', precision: Math.min(whole + scale, DECIMAL_DIGITS_MAX), scale };
}

/** Whether a DECIMAL has all digits that numbers of both types may have. */
export function fitsDecimal(a: SqlType, b: SqlType): boolean {
  const { whole, scale } = jointDigits(a, b);
  return whole + scale <= DECIMAL_DIGITS_MAX;
}

function jointDigits(a: SqlType, b: SqlType) {
  const whole = Math.max(digitsOf(a) - scaleOf(a), digitsOf(b) - scaleOf(b));
  return { whole, scale: Math.max(scaleOf(a), scaleOf(b)) };
}

/** Result type of SUM over a number or BOOLEAN. */
export function sumType(operand: SqlType): SqlType {
  return operand.kind === 'decimal'
    ? { kind: 'decimal', precision: DECIMAL_DIGITS_MAX, scale: operand.scale }
    : { kind: 'hugeint' };
}

/** Throws SQL_OVERFLOW unless the encoded value belongs to the type. */
export function requireFits(value: bigint, type: SqlType, at: Position): void {
  const { min, max } = rangeOf(type);
  if (value >= min && value <= max) return;
  throw new TacitError(
    'SQL_OVERFLOW',
    `a value that may occur here does not fit ${printType(type)}`,
    at,
  );
}

/** Throws SQL_OVERFLOW unless all values of the bounds fit the widest type of the kind: HUGEINT or 38 digits. */
export function requireFitsWidest({ min, max }: Bounds, type: SqlType, at: Position): void {
  const widest: SqlType =
    type.kind === 'decimal' ? { ...type, precision: DECIMAL_DIGITS_MAX } : { kind: 'hugeint' };
  requireFits(min, widest, at);
  requireFits(max, widest, at);
}

/** Range of the encoded values of a numeric type. */
export function rangeOf(type: SqlType): { readonly min: bigint; readonly max: bigint } {
  if (type.kind === 'decimal') {
    const end = 10n ** BigInt(type.precision) - 1n;
    return { min: -end, max: end };
  }
  const bits = type.kind === 'integer' ? BITS[type.name] : 127n;
  return { min: -(1n << bits), max: (1n << bits) - 1n };
}
