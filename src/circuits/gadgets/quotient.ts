import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { disjunction } from './conjunction.ts';
import { divide } from './divide.ts';
import { digitsCost, divideByDigits } from './divide-digits.ts';
import { divideScaled } from './divide-iteration.ts';
import type { Division } from './division.ts';
import { iterationCost } from './iteration-plan.ts';
import type { Shapes } from './shapes.ts';
import { highestOne, moveUp } from './shift.ts';

/** A quotient of which only the leading bits are computed. */
export interface RoundedDown {
  /** n / d * 2^fractionBits rounded down: to an integer, or to 56 or 57 significant bits. */
  readonly magnitude: readonly Wire[];
  /** Whether that is less than the quotient. */
  readonly inexact: Wire;
}

/** Bits of the quotient of two numbers in [1/2, 1); 56 or 57 of them are significant. */
const SIGNIFICANT = 57;

/**
 * n / d * 2^fractionBits for unsigned n and d, exact enough to round to the nearest double: with 56
 * significant bits wherever the integer part might have more. Any bits where d is 0. Costs a
 * division of 57 bits and about 3 (n + d + 57) log4 ANDs of shifts.
 */
export function roundedQuotient(
  b: CircuitBuilder,
  n: readonly Wire[],
  d: readonly Wire[],
  fractionBits: number,
  shapes: Shapes,
): RoundedDown {
  const spare = fractionBits - (SIGNIFICANT - 2) - d.length;
  if (spare < 0) {
    const zeros = Array.from({ length: fractionBits }, () => b.zero);
    const whole = divide(b, [...zeros, ...n], d, n.length + fractionBits, shapes);
    return { magnitude: whole.quotient, inexact: disjunction(b, whole.remainder) };
  }
  const width = Math.max(n.length, d.length);
  const shape = shapes.adder(width);
  const [top, bottom] = [highestOne(b, n, shape), highestOne(b, d, shape)];
  const raise = (bits: readonly Wire[], above: typeof top.above) => [
    ...Array.from({ length: width - bits.length }, () => b.zero),
    ...moveUp(b, bits, above, 0, bits.length),
  ];
  const { quotient, remainder } = divideFractions(
    b,
    raise(n, top.above),
    raise(d, bottom.above),
    shapes,
  );
  const byTop = moveUp(b, quotient, top.place, 0, SIGNIFICANT + n.length - 1);
  const moved = moveUp(b, byTop, bottom.above, 0, byTop.length + d.length - 1);
  const low = Array.from({ length: spare }, () => b.zero);
  return { magnitude: [...low, ...moved], inexact: disjunction(b, remainder) };
}

/** n / d * 2^56 for two words of one width whose highest bits are 1. */
function divideFractions(
  b: CircuitBuilder,
  n: readonly Wire[],
  d: readonly Wire[],
  shapes: Shapes,
): Division {
  const dividend = [...Array.from({ length: SIGNIFICANT - 1 }, () => b.zero), ...n];
  const shape = shapes.cheapest([
    { shape: 'ripple', ...digitsCost(dividend.length, d.length, SIGNIFICANT, 'ripple') },
    { shape: 'prefix', ...digitsCost(dividend.length, d.length, SIGNIFICANT, 'prefix') },
    { shape: 'iteration', ...iterationCost(d.length, SIGNIFICANT) },
  ]);
  if (shape === 'iteration') return divideScaled(b, dividend, d, SIGNIFICANT, []);
  return divideByDigits(b, dividend, d, SIGNIFICANT, shape);
}
