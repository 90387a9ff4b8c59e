import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { constantDivisionCost, divideByConstant } from './divide-constant.ts';
import { digitsCost, divideByDigits } from './divide-digits.ts';
import { divideByIteration } from './divide-iteration.ts';
import type { Division } from './division.ts';
import { iterationCost } from './iteration-plan.ts';
import type { Shapes } from './shapes.ts';

/**
 * n / d, both unsigned and LSB first, for a quotient below 2^quotientBits; any bits where d is 0.
 * By the cheapest of digits with ripple or prefix adders and of an iteration.
 */
export function divide(
  b: CircuitBuilder,
  n: readonly Wire[],
  d: readonly Wire[],
  quotientBits: number,
  shapes: Shapes,
): Division {
  const shape = shapes.cheapest([
    { shape: 'ripple', ...digitsCost(n.length, d.length, quotientBits, 'ripple') },
    { shape: 'prefix', ...digitsCost(n.length, d.length, quotientBits, 'prefix') },
    { shape: 'iteration', ...iterationCost(d.length, quotientBits) },
  ]);
  if (shape === 'iteration') return divideByIteration(b, n, d, quotientBits);
  return divideByDigits(b, n, d, quotientBits, shape);
}

/** n / c for a public c > 0, n unsigned and LSB first, in the cheapest way. */
export function divideByPublic(
  b: CircuitBuilder,
  n: readonly Wire[],
  c: bigint,
  shapes: Shapes,
): Division {
  const shape = shapes.cheapest([
    { shape: 'digits', ...constantDivisionCost(n.length, c, 'digits') },
    { shape: 'reciprocal', ...constantDivisionCost(n.length, c, 'reciprocal') },
  ]);
  return divideByConstant(b, n, c, shape);
}
