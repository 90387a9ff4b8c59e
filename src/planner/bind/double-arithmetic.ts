import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import { ratio } from '../logical/make-ratio.ts';
import { larger, magnitude } from '../logical/quotient.ts';
import { applyOperator } from '../logical/real-steps.ts';
import { scalarKey } from '../logical/rewrite.ts';
import {
  DOUBLE,
  HUGEINT,
  isNullConstant,
  negate,
  nullOf,
  number,
  type Scalar,
  scaleOf,
} from '../logical/scalar.ts';
import {
  asDouble,
  constantDouble,
  DOUBLE_INTEGER_MAX,
  doubleOf,
  exact,
  integerOf,
  isDouble,
  isExactDouble,
  orNullIfZero,
  type Ratio,
  unscaled,
  withStep,
} from './doubles.ts';

type Op = '+' | '-' | '*' | '/';

/**
 * `left op right` where DuckDB computes with doubles: division of any numbers, and + - * with a DOUBLE. A constant beside one
 * ratio becomes a step after it; two ratios become one.
 */
export function doubleArithmetic(op: Op, left: Scalar, right: Scalar, at: Position): Scalar {
  if (isNullConstant(left) || isNullConstant(right)) return nullOf(DOUBLE, at);
  if (op === '/' && !isDouble(left) && !isDouble(right)) return divideExact(left, right, at);
  const [a, b] = [asDouble(left, at), asDouble(right, at)];
  if (a.kind !== 'ratio' || b.kind !== 'ratio') return nullOf(DOUBLE, at);
  const [x, y] = [constantDouble(a), constantDouble(b)];
  if (x !== undefined && y !== undefined) {
    return op === '/' && y === 0 ? nullOf(DOUBLE, at) : doubleOf(applyOperator(op, x, y), at);
  }
  const integral = withInteger(op, a, b, at);
  if (integral !== undefined) return integral;
  if (op === '/' && y === 0) return nullOf(DOUBLE, at);
  if ((y !== undefined && isUnrounded(a)) || (x !== undefined && isUnrounded(b))) {
    return merge(op, a, b, at);
  }
  if (y !== undefined) {
    return withStep(a, { fn: op, value: y, swapped: false });
  }
  if (x !== undefined && op !== '/') return withStep(b, { fn: op, value: x, swapped: true });
  return merge(op, a, b, at);
}

/** The quotient of two exact numbers. */
function divideExact(left: Scalar, right: Scalar, at: Position): Scalar {
  const [from, to] = [scaleOf(left.type), scaleOf(right.type)];
  const power = (digits: number) => number(10n ** BigInt(Math.max(0, digits)), HUGEINT, at);
  const numerator = exact('*', unscaled(left), power(to - from), at);
  const denominator = exact('*', unscaled(right), power(from - to), at);
  if (integerOf(right) === 0n) return nullOf(DOUBLE, at);
  const casts = [left, right].filter((side) => !isExactDouble(side)).length;
  return foldNode(ratio(numerator, denominator, 1 + casts, [], at));
}

/** What is left exact: an integral double with an integral constant rounds at most once. */
function withInteger(op: Op, a: Ratio, b: Ratio, at: Position): Ratio | undefined {
  if (!isIntegral(a) || !isIntegral(b)) return undefined;
  if (op === '/') return ratio(a.numerator, b.numerator, 1, [], at);
  const numerator = exact(op, a.numerator, b.numerator, at);
  const { min, max } = numerator.bounds;
  if (larger(magnitude(min), magnitude(max)) > DOUBLE_INTEGER_MAX) return undefined;
  return ratio(numerator, a.denominator, 0, [], at);
}

/** Of such a ratio and a constant a ratio can be made that rounds as often as DuckDB does. */
function isUnrounded({ roundings, after }: Ratio): boolean {
  return roundings === 0 && after.length === 0;
}

function isIntegral({ denominator, roundings, after }: Ratio): boolean {
  return integerOf(denominator) === 1n && roundings === 0 && after.length === 0;
}

function merge(op: Op, a: Ratio, b: Ratio, at: Position): Scalar {
  if (a.after.length > 0 || b.after.length > 0) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      `"${op}" of a DOUBLE that was rounded or scaled with another DOUBLE is not supported; combine the sums first`,
      at,
    );
  }
  const roundings = a.roundings + b.roundings + 1;
  const [n1, d1, n2, d2] = [a.numerator, a.denominator, b.numerator, b.denominator];
  const times = (x: Scalar, y: Scalar) => exact('*', x, y, at);
  if (op === '*') return ratio(times(n1, n2), times(d1, d2), roundings, [], at);
  if (op === '/') {
    return ratio(times(n1, orNullIfZero(d2, at)), times(d1, n2), roundings, [], at);
  }
  if (scalarKey(d1) === scalarKey(d2)) return ratio(exact(op, n1, n2, at), d1, roundings, [], at);
  return ratio(exact(op, times(n1, d2), times(n2, d1), at), times(d1, d2), roundings, [], at);
}

/** Minus a DOUBLE: exact, so it is no rounding. */
export function negateDouble(scalar: Scalar, at: Position): Scalar {
  if (scalar.kind !== 'ratio') return scalar;
  if (scalar.after.length > 0) return withStep(scalar, { fn: 'negate' });
  const { numerator, denominator, roundings } = scalar;
  return ratio(foldNode(negate(numerator, HUGEINT, at)), denominator, roundings, [], at);
}
