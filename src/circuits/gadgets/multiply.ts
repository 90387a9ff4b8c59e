import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { type AdderShape, addBits } from './carry.ts';
import { Columns } from './columns.ts';
import { type BitNumber, type NumberEncoding, rangeOf, recode } from './numbers.ts';

/**
 * x * y in the encoding `to`, which the caller guarantees to hold it: partial products, carry-save
 * columns and one addition. For v and w bits 2vw - max(v, w) ANDs and depth v + w - 1 as ripple (a
 * square takes half the ANDs), and about 10 % more ANDs and depth 2 + log2 w + log2(v + w) as
 * prefix.
 */
export function multiply(
  b: CircuitBuilder,
  x: BitNumber,
  y: BitNumber,
  to: NumberEncoding,
  shape: AdderShape,
): BitNumber {
  const width = Math.min(to.width, x.bits.length + y.bits.length);
  const columns = new Columns(b, width);
  x.bits.forEach((p, i) => {
    y.bits.forEach((q, j) => {
      if (i + j >= width) return;
      // The top bit of a signed number has a negative weight. (Baugh and Wooley 1973)
      if (isSign(x, i) === isSign(y, j)) columns.add(b.and(p, q), i + j);
      else columns.subtract(b.and(p, q), i + j);
    });
  });
  const bits = sumColumns(b, columns, shape);
  return recode(b, { bits, signed: x.signed || y.signed }, to);
}

/**
 * c * x for a public c, in the encoding `to`, which the caller guarantees to hold it. One shifted
 * summand per non-zero digit of c's non-adjacent form (at most half of c's bits): a power of two
 * costs nothing, each further digit about one AND per bit.
 */
export function scaleByConstant(
  b: CircuitBuilder,
  x: BitNumber,
  c: bigint,
  to: NumberEncoding,
  shape: AdderShape = 'ripple',
): BitNumber {
  const { width: natural, signed } = scaledEncoding(x, c);
  const width = Math.min(to.width, natural);
  const columns = new Columns(b, width);
  nonAdjacentForm(c).forEach((digit, shift) => {
    x.bits.forEach((bit, i) => {
      if (digit === 0 || i + shift >= width) return;
      if (isSign(x, i) === digit < 0) columns.add(bit, i + shift);
      else columns.subtract(bit, i + shift);
    });
  });
  const bits = sumColumns(b, columns, shape);
  return recode(b, { bits, signed }, to);
}

/** Digits -1, 0, 1 of c, lowest first, no two neighbours non-zero. (Reitwiesner 1960) */
export function nonAdjacentForm(c: bigint): (-1 | 0 | 1)[] {
  const digits: (-1 | 0 | 1)[] = [];
  for (let rest = c; rest !== 0n; rest >>= 1n) {
    const digit = rest & 1n ? ((rest & 3n) === 1n ? 1 : -1) : 0;
    digits.push(digit);
    rest -= BigInt(digit);
  }
  return digits;
}

function sumColumns(b: CircuitBuilder, columns: Columns, shape: AdderShape): Wire[] {
  const [x, y] = shape === 'ripple' ? columns.compress(2) : columns.compressShallow();
  return addBits(b, x, y, shape);
}

function isSign(x: BitNumber, bit: number): boolean {
  return x.signed && bit === x.bits.length - 1;
}

/** The narrowest encoding of c times any value of x. */
function scaledEncoding(x: BitNumber, c: bigint): NumberEncoding {
  const range = rangeOf({ width: x.bits.length, signed: x.signed });
  const [p, q] = [range.min * c, range.max * c];
  const [min, max] = p < q ? [p, q] : [q, p];
  const signed = min < 0n;
  let width = signed ? 1 : 0;
  for (; ; width += 1) {
    const fits = rangeOf({ width, signed });
    if (fits.min <= min && max <= fits.max) return { width, signed };
  }
}
