import { encodingFor } from '../../catalog/types.ts';
import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { add } from '../../circuits/gadgets/add.ts';
import { lessThan } from '../../circuits/gadgets/compare.ts';
import { scaleByConstant } from '../../circuits/gadgets/multiply.ts';
import { type BitNumber, constantNumber } from '../../circuits/gadgets/numbers.ts';
import type { Shapes } from '../../circuits/gadgets/shapes.ts';
import { invariant } from '../../errors/tacit-error.ts';
import type { Aggregate } from '../../planner/logical/plan.ts';

/**
 * Whether a row stands at the place of a quantile p/q, if it is the r-th from the end (from 1 on) of n rows in ascending order. Its place from 0 is n - r;
 * with u = q r - (q - p) n this is floor(p (n - 1) / q) iff p <= u < p + q, the ceiling of it iff p - q < u <= p, and
 * ceil(p n / q) - 1 iff 0 < u <= q. Two products with public numbers, no division.
 */
export function standsAtQuantile(
  b: CircuitBuilder,
  { fn, fraction }: Pick<Aggregate, 'fn' | 'fraction'>,
  fromEnd: readonly Wire[],
  count: readonly Wire[],
  shapes: Shapes,
): Wire {
  invariant(fraction !== undefined, 'the fraction of a quantile');
  const divisor = greatestDivisor(fraction.numerator, fraction.denominator);
  const [p, q] = [fraction.numerator / divisor, fraction.denominator / divisor];
  const most = (1n << BigInt(count.length)) - 1n;
  const to = encodingFor({ min: -q * most, max: q * most + 2n * q });
  const adder = shapes.adder(to.width);
  const scaled = (bits: readonly Wire[], by: bigint) =>
    scaleByConstant(b, { bits, signed: false }, by, to, adder);
  const u = add(b, scaled(fromEnd, q), scaled(count, p - q), to, adder);
  const [from, below] = rangeOfPlace(fn, p, q);
  const isBelow = (bound: bigint) => {
    const limit: BitNumber = constantNumber(b, bound, to);
    return lessThan(b, u, limit, shapes.compare(to.width));
  };
  return b.and(b.not(isBelow(from)), isBelow(below));
}

/** u at the place: from the first number on, below the second. */
function rangeOfPlace(fn: Aggregate['fn'], p: bigint, q: bigint): readonly [bigint, bigint] {
  if (fn === 'quantileHigh') return [p - q + 1n, p + 1n];
  // The place of fraction 0 would be -1.
  if (fn === 'quantileDisc' && p > 0n) return [1n, q + 1n];
  return [p, p + q];
}

function greatestDivisor(x: bigint, y: bigint): bigint {
  return y === 0n ? x : greatestDivisor(y, x % y);
}
