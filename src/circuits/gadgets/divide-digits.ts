import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { type AdderShape, addBits, subtractBits } from './carry.ts';
import type { Division } from './division.ts';
import { type ShapeCost, sumCost } from './shapes.ts';
import { zerosAbove } from './shift.ts';

/**
 * n / d bit by bit, both unsigned and LSB first, for a quotient below 2^quotientBits; any bits
 * where d is 0. While the remainder is still narrow it is restored after each trial subtraction
 * (2 ANDs per bit of it); later a digit adds or subtracts d by the sign of what is left (Robertson
 * 1958), 1 AND per bit of d. At most quotientBits * |d| + 2|d| ANDs; depth about as much as ripple.
 */
export function divideByDigits(
  b: CircuitBuilder,
  n: readonly Wire[],
  d: readonly Wire[],
  quotientBits: number,
  shape: AdderShape,
): Division {
  const count = Math.min(quotientBits, n.length);
  const quotient = Array.from({ length: count }, () => b.zero);
  const clear = zerosAbove(b, d, shape);
  let left: readonly Wire[] = n.slice(count, count + d.length);
  let place = count - 1;
  for (; place >= 0 && 2 * (left.length + 1) <= d.length; place -= 1) {
    const next = [n[place]!, ...left];
    const { fits, rest } = trial(b, next, d, clear[next.length]!, shape);
    quotient[place] = fits;
    left = next.map((bit, i) => b.mux(fits, rest[i]!, bit));
  }
  const width = d.length + 1;
  let signed = Array.from({ length: width }, (_, i) => left[i] ?? b.zero);
  let negative = b.zero;
  for (; place >= 0; place -= 1) {
    const doubled = [n[place]!, ...signed.slice(0, -1)];
    signed = addSigned(b, doubled, d, b.not(negative), shape);
    negative = signed[width - 1]!;
    quotient[place] = b.not(negative);
  }
  const back = d.map((bit) => b.and(bit, negative));
  const remainder = addBits(b, signed.slice(0, d.length), back, shape);
  return { quotient, remainder };
}

/** What `divideByDigits` costs, within a fifth but for a few bits. */
export function digitsCost(
  dividendBits: number,
  divisorBits: number,
  quotientBits: number,
  shape: AdderShape,
): ShapeCost {
  let steps = Math.min(quotientBits, dividendBits);
  let ands = divisorBits;
  let depth = 0;
  let left = Math.min(dividendBits - steps, divisorBits);
  for (; steps > 0 && 2 * (left + 1) <= divisorBits; steps -= 1, left += 1) {
    const trial = sumCost(left + 1, shape);
    ands += trial.ands + left + 2;
    depth += trial.depth + 2;
  }
  const digit = sumCost(divisorBits, shape);
  const restore = steps > 0 ? 1 : 0;
  ands += (steps + restore) * digit.ands + restore * divisorBits;
  return { ands, depth: depth + (steps + restore) * digit.depth };
}

/** Whether d fits into x, and x - d; `clear` says that d has no bits above those of x. */
function trial(
  b: CircuitBuilder,
  x: readonly Wire[],
  d: readonly Wire[],
  clear: Wire,
  shape: AdderShape,
): { fits: Wire; rest: Wire[] } {
  const low = [...d.slice(0, x.length), b.zero];
  const rest = subtractBits(b, [...x, b.zero], low, shape);
  return { fits: b.and(clear, b.not(rest[x.length]!)), rest };
}

/** x - d if `minus`, else x + d, modulo 2^|x|. */
function addSigned(
  b: CircuitBuilder,
  x: readonly Wire[],
  d: readonly Wire[],
  minus: Wire,
  shape: AdderShape,
): Wire[] {
  const addend = x.map((_, i) => b.xor(d[i] ?? b.zero, minus));
  return addBits(b, [minus, ...x], [minus, ...addend], shape).slice(1);
}
