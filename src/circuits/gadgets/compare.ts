import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { nextBorrow } from './carry.ts';
import { conjunction } from './conjunction.ts';
import { type BitNumber, extend, jointEncoding } from './numbers.ts';

/** ripple: 1 AND per bit, as deep as wide. block: ripple within blocks, a tree over the blocks. */
export type CompareShape = 'ripple' | { readonly block: number };

/** x = y for any widths and signs. w - 1 ANDs for w bits, depth ceil(log2 w). */
export function equal(b: CircuitBuilder, x: BitNumber, y: BitNumber): Wire {
  const { width } = jointEncoding(x, y);
  const [xs, ys] = [extend(b, x, width), extend(b, y, width)];
  return allEqual(b, xs, ys);
}

/**
 * x < y for any widths and signs. For w bits w ANDs and depth w (ripple); 64 bits cost 113/18 in
 * blocks of 16, 124/11 in blocks of 8, 135/8 in blocks of 4. Ripple against a constant costs at
 * most 1 AND per bit below its highest bit.
 */
export function lessThan(b: CircuitBuilder, x: BitNumber, y: BitNumber, shape: CompareShape): Wire {
  const { width, signed } = jointEncoding(x, y);
  const [xs, ys] = [extend(b, x, width), extend(b, y, width)];
  if (signed) {
    // Two's complement is ordered like plain binary once the sign bits are flipped.
    xs[width - 1] = b.not(xs[width - 1]!);
    ys[width - 1] = b.not(ys[width - 1]!);
  }
  const block = shape === 'ripple' ? Math.max(1, width) : shape.block;
  const parts: Part[] = [];
  for (let start = 0; start < width; start += block) {
    const [low, high] = [xs.slice(start, start + block), ys.slice(start, start + block)];
    const isEqual = start === 0 ? b.zero : allEqual(b, low, high);
    parts.push({ isLess: lessBits(b, low, high), isEqual });
  }
  return joinParts(b, parts);
}

/** x <= y; costs as `lessThan`. */
export function lessOrEqual(
  b: CircuitBuilder,
  x: BitNumber,
  y: BitNumber,
  shape: CompareShape,
): Wire {
  return b.not(lessThan(b, y, x, shape));
}

interface Part {
  readonly isLess: Wire;
  readonly isEqual: Wire;
}

function allEqual(b: CircuitBuilder, x: readonly Wire[], y: readonly Wire[]): Wire {
  return conjunction(
    b,
    x.map((bit, i) => b.not(b.xor(bit, y[i]!))),
  );
}

/** x < y for plain binary. */
function lessBits(b: CircuitBuilder, x: readonly Wire[], y: readonly Wire[]): Wire {
  return x.reduce((less, bit, i) => nextBorrow(b, bit, y[i]!, less), b.zero);
}

/**
 * Joins neighbouring parts, low ones first, until one is left; the lowest part's equality is not
 * needed.
 */
function joinParts(b: CircuitBuilder, parts: readonly Part[]): Wire {
  if (parts.length === 0) return b.zero;
  if (parts.length === 1) return parts[0]!.isLess;
  const joined: Part[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const [low, high] = [parts[i]!, parts[i + 1]];
    if (high === undefined) joined.push(low);
    else {
      joined.push({
        isLess: b.xor(high.isLess, b.and(high.isEqual, low.isLess)),
        isEqual: b.and(high.isEqual, low.isEqual),
      });
    }
  }
  return joinParts(b, joined);
}
