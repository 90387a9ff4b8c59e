import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import type { AdderShape } from './carry.ts';

/** A public-width distance as one-hot digits of base 4, lowest first; digit k has the weight 4^k. */
export type Distance = readonly (readonly Wire[])[];

/** Where the highest one of a number is. */
export interface HighestOne {
  /** Zeros above it. */
  readonly above: Distance;
  /** Its place. */
  readonly place: Distance;
}

/**
 * Finds the highest one of x (LSB first); of zero no digit is set. w ANDs and depth w as ripple,
 * w/2 log2 w ANDs and depth ceil(log2 w) as prefix; the digits are sums.
 */
export function highestOne(b: CircuitBuilder, x: readonly Wire[], shape: AdderShape): HighestOne {
  const clear = zerosAbove(b, x, shape);
  // Nothing above, but something from there on.
  const here = x.map((_, place) => b.xor(clear[place + 1]!, clear[place]!));
  return { above: digitsOf(b, [...here].reverse()), place: digitsOf(b, here) };
}

/** The position of the one in a one-hot word. */
function digitsOf(b: CircuitBuilder, oneHot: readonly Wire[]): Distance {
  const digits: Wire[][] = [];
  for (let weight = 1; weight < oneHot.length; weight *= 4) {
    const digit: Wire[] = [b.zero, b.zero, b.zero, b.zero];
    oneHot.forEach((here, position) => {
      const value = Math.floor(position / weight) % 4;
      digit[value] = b.xor(digit[value]!, here);
    });
    digits.push(digit);
  }
  return digits;
}

/** Wire k says that bits k and above are all 0; one more wire than bits, the last is 1. */
export function zerosAbove(b: CircuitBuilder, x: readonly Wire[], shape: AdderShape): Wire[] {
  const clear = [...x.map((bit) => b.not(bit)), b.one];
  if (shape === 'ripple') {
    for (let k = x.length - 1; k >= 0; k -= 1) clear[k] = b.and(clear[k]!, clear[k + 1]!);
    return clear;
  }
  for (let span = 1; span < x.length; span *= 2) {
    for (let k = 0; k < x.length; k += 1) {
      const fromTop = x.length - 1 - k;
      if (Math.floor(fromTop / span) % 2 === 0) continue;
      clear[k] = b.and(clear[k]!, clear[k + (fromTop % span) + 1]!);
    }
  }
  return clear;
}

/**
 * Bits `from` to `from + count - 1` of x moved up by a distance. At most 3 ANDs per
 * bit and digit, depth one per digit.
 */
export function moveUp(
  b: CircuitBuilder,
  x: readonly Wire[],
  by: Distance,
  from: number,
  count: number,
): Wire[] {
  let weight = 4 ** by.length;
  let low = from - weight + 1;
  let bits = Array.from({ length: count + weight - 1 }, (_, i) => x[low + i] ?? b.zero);
  for (const digit of [...by].reverse()) {
    weight /= 4;
    // Later digits move by less than `weight` more.
    const next = from - weight + 1;
    const length = count + weight - 1;
    const moved = Array.from({ length }, (_, i) => {
      const at = next - low + i;
      const still = bits[at] ?? b.zero;
      return [1, 2, 3].reduce<Wire>((sum, k) => {
        const other = bits[at - k * weight] ?? b.zero;
        return b.xor(sum, b.and(digit[k]!, b.xor(still, other)));
      }, still);
    });
    bits = moved;
    low = next;
  }
  return bits;
}
