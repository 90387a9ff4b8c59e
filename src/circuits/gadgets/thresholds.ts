import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';

/**
 * For many public constants c whether x >= c, x unsigned and LSB first. x is split into halves: x
 * reaches c if its high half exceeds c's, or equals it and the low half reaches c's; both are
 * thresholds of the high half, so that each constant costs one AND beyond the distinct halves. k
 * constants of w bits cost at most k log2 w times about 2 ANDs and never more than 2^w, depth
 * ceil(log2 w).
 */
export function thresholds(
  b: CircuitBuilder,
  x: readonly Wire[],
  constants: Iterable<bigint>,
): (constant: bigint) => Wire {
  const end = 1n << BigInt(x.length);
  const reached = new Map<bigint, Wire>();
  const wanted = [...new Set(constants)].filter((c) => c > 0n && c < end);
  if (x.length === 1) {
    if (wanted.length > 0) reached.set(1n, x[0]!);
  } else if (wanted.length > 0) {
    const split = x.length >> 1;
    const highOf = (c: bigint) => c >> BigInt(split);
    const lowOf = (c: bigint) => BigInt.asUintN(split, c);
    const highs = wanted.flatMap((c) =>
      lowOf(c) === 0n ? [highOf(c)] : [highOf(c), highOf(c) + 1n],
    );
    const high = thresholds(b, x.slice(split), highs);
    const low = thresholds(b, x.slice(0, split), wanted.map(lowOf));
    for (const c of wanted) {
      if (lowOf(c) === 0n) {
        reached.set(c, high(highOf(c)));
        continue;
      }
      const above = high(highOf(c) + 1n);
      const equal = b.xor(high(highOf(c)), above);
      reached.set(c, b.xor(above, b.and(equal, low(lowOf(c)))));
    }
  }
  return (c) => {
    if (c <= 0n) return b.one;
    if (c >= end) return b.zero;
    const wire = reached.get(c);
    if (wire === undefined) throw new RangeError('not a constant that was asked for');
    return wire;
  };
}
