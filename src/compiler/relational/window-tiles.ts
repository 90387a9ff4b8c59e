import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { addBits, subtractBits } from '../../circuits/gadgets/carry.ts';
import { lessThan } from '../../circuits/gadgets/compare.ts';
import { divide, divideByPublic } from '../../circuits/gadgets/divide.ts';
import { increment } from '../../circuits/gadgets/increment.ts';
import { multiply } from '../../circuits/gadgets/multiply.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import type { Shapes } from '../../circuits/gadgets/shapes.ts';

/**
 * NTILE: the tile, from 1 on, of row `number` (from 1 on) of `count` rows, as wide as these. The first count mod tiles tiles have one row more
 * than the others: with q, r = count div, mod tiles the rows before r (q + 1) are divided by q + 1, the others from there on by q.
 */
export function tileNumber(
  b: CircuitBuilder,
  number: readonly Wire[],
  count: readonly Wire[],
  tiles: bigint,
  shapes: Shapes,
): Wire[] {
  const width = count.length;
  const adder = shapes.adder(width);
  const extended = (bits: readonly Wire[]) => extend(b, { bits, signed: false }, width);
  const { quotient, remainder } = divideByPublic(b, count, tiles, shapes);
  const small = extended(quotient);
  const place = subtractBits(b, number, extended([b.one]), adder);
  const large = increment(b, small, b.one, adder);
  const product = multiply(
    ...([b, { bits: remainder, signed: false }, { bits: large, signed: false }] as const),
    { width, signed: false },
    shapes.multiplier(remainder.length, width),
  );
  const isLarge = lessThan(b, { bits: place, signed: false }, product, shapes.compare(width));
  const past = product.bits.map((bit) => b.and(b.not(isLarge), bit));
  const dividend = subtractBits(b, place, past, adder);
  const divisor = increment(b, small, isLarge, adder);
  const within = divide(b, dividend, divisor, (tiles - 1n).toString(2).length, shapes).quotient;
  const first = extended(remainder.map((bit) => b.and(b.not(isLarge), bit)));
  return increment(b, addBits(b, extended(within), first, adder), b.one, adder);
}
