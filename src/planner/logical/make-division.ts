import type { SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import { hull, magnitude, mayBeZero, quotientRange, remainderRange } from './quotient.ts';
import { negate, type Rounding, type Scalar } from './scalar.ts';

/** The magnitude of a number. */
export function absolute(operand: Scalar, type: SqlType, at: Position): Scalar {
  const { min, max } = operand.bounds;
  if (min >= 0n) return { ...operand, type };
  if (max <= 0n) return negate(operand, type, at);
  const ends = [0n, magnitude(min), magnitude(max)].map((value) => ({ min: value, max: value }));
  return { kind: 'absolute', operand, type, bounds: hull(ends), nullable: operand.nullable, at };
}

/** dividend / divisor as an integer; NULL where the divisor is 0. */
export function divide(
  rounding: Rounding,
  dividend: Scalar,
  divisor: Scalar,
  type: SqlType,
  at: Position,
): Scalar {
  const bounds = quotientRange(rounding, dividend.bounds, divisor.bounds);
  const nullable = dividend.nullable || divisor.nullable || mayBeZero(divisor.bounds);
  return { kind: 'divide', rounding, dividend, divisor, type, bounds, nullable, at };
}

/** What is left of the division that truncates; NULL where the divisor is 0. Both are in one unit. */
export function remainder(dividend: Scalar, divisor: Scalar, type: SqlType, at: Position): Scalar {
  const bounds = remainderRange(dividend.bounds, divisor.bounds);
  const nullable = dividend.nullable || divisor.nullable || mayBeZero(divisor.bounds);
  return { kind: 'remainder', dividend, divisor, type, bounds, nullable, at };
}
