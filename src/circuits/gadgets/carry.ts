import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { prefixCarries } from './prefix.ts';

/**
 * ripple: 1 AND per bit, as deep as wide. prefix: logarithmic depth (Sklansky), about 6 ANDs per
 * bit at 64.
 */
export type AdderShape = 'ripple' | 'prefix';

/** At least two of three, as one AND; `late` should be the deepest wire. */
export function majority(b: CircuitBuilder, x: Wire, y: Wire, late: Wire): Wire {
  return b.xor(late, b.and(b.xor(x, late), b.xor(y, late)));
}

/**
 * The carry after one more bit of x - y, or of the comparison x < y: the bits decide if they
 * differ, else `borrow` does. One AND.
 */
export function nextBorrow(b: CircuitBuilder, x: Wire, y: Wire, borrow: Wire): Wire {
  return b.xor(y, b.and(b.xor(x, borrow), b.xor(y, borrow)));
}

/**
 * x + y modulo 2^n for two vectors of n bits. n - 1 ANDs and depth n - 1 as ripple; as prefix
 * depth 1 + ceil(log2(n - 1)).
 */
export function addBits(
  b: CircuitBuilder,
  x: readonly Wire[],
  y: readonly Wire[],
  shape: AdderShape,
): Wire[] {
  if (shape === 'ripple') {
    let carry = b.zero;
    return x.map((bit, i) => {
      const sum = b.xor(b.xor(bit, y[i]!), carry);
      if (i + 1 < x.length) carry = majority(b, bit, y[i]!, carry);
      return sum;
    });
  }
  const propagate = x.map((bit, i) => b.xor(bit, y[i]!));
  const generate = x.slice(0, -1).map((bit, i) => b.and(bit, y[i]!));
  const carries = prefixCarries(b, generate, propagate.slice(0, -1), 'sklansky').generate;
  return propagate.map((bit, i) => (i === 0 ? bit : b.xor(bit, carries[i - 1]!)));
}

/** x - y modulo 2^n; costs as `addBits`. */
export function subtractBits(
  b: CircuitBuilder,
  x: readonly Wire[],
  y: readonly Wire[],
  shape: AdderShape,
): Wire[] {
  if (shape === 'ripple') {
    let borrow = b.zero;
    return x.map((bit, i) => {
      const difference = b.xor(b.xor(bit, y[i]!), borrow);
      if (i + 1 < x.length) borrow = nextBorrow(b, bit, y[i]!, borrow);
      return difference;
    });
  }
  // x - y = ~(~x + y) needs no carry in.
  const inverted = x.map((bit) => b.not(bit));
  return addBits(b, inverted, y, shape).map((bit) => b.not(bit));
}
