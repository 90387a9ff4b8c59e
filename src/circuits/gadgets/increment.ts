import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import type { AdderShape } from './carry.ts';

/**
 * x + by modulo 2^n for one bit `by`. As ripple n - 1 ANDs and depth n - 1; as prefix n more than
 * n/2 log2 n ANDs, but `by` is waited for only by the last layer.
 */
export function increment(
  b: CircuitBuilder,
  x: readonly Wire[],
  by: Wire,
  shape: AdderShape,
): Wire[] {
  if (shape === 'ripple') {
    let carry = by;
    return x.map((bit, i) => {
      const sum = b.xor(bit, carry);
      if (i + 1 < x.length) carry = b.and(carry, bit);
      return sum;
    });
  }
  const ones = [...x];
  for (let span = 1; span < x.length; span *= 2) {
    for (let i = 0; i < x.length; i += 1) {
      if (Math.floor(i / span) % 2 === 1) ones[i] = b.and(ones[i]!, ones[i - (i % span) - 1]!);
    }
  }
  return x.map((bit, i) => b.xor(bit, i === 0 ? by : b.and(by, ones[i - 1]!)));
}

/** -x if `negative`, else x, modulo 2^n. Costs as `increment`. */
export function negateIf(
  b: CircuitBuilder,
  x: readonly Wire[],
  negative: Wire,
  shape: AdderShape,
): Wire[] {
  const flipped = x.map((bit) => b.xor(bit, negative));
  if (shape === 'ripple') return increment(b, flipped, negative, shape);
  // ~x + 1 carries through the zeros of x, which are known before the sign matters.
  const carried = increment(
    b,
    x.map((bit) => b.not(bit)),
    b.one,
    shape,
  );
  return x.map((bit, i) => b.mux(negative, carried[i]!, bit));
}
