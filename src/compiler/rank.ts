import { CircuitBuilder } from '../circuits/builder.ts';
import type { Circuit, Wire } from '../circuits/circuit.ts';
import { lessThan } from '../circuits/gadgets/compare.ts';
import { constantNumber, extend } from '../circuits/gadgets/numbers.ts';
import { Shapes } from '../circuits/gadgets/shapes.ts';
import type { SortKey } from '../planner/logical/plan.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { Rank } from '../planner/physical/plan.ts';
import { encodingOf } from './encoding-of.ts';
import type { NullableNumber } from './expressions/column-source.ts';
import type { Quotient } from './expressions/division.ts';
import type { Expressions } from './expressions/expressions.ts';
import { leadingBits } from './leading-bits.ts';
import type { Quotients } from './output-planes.ts';

/**
 * The sort keys of a row as one unsigned number, LSB first, that is less in rows that come earlier: each key in offset binary,
 * inverted if it descends, below a bit that puts NULLs first or last; `last` breaks ties.
 */
export function sortWord(
  b: CircuitBuilder,
  expressions: Expressions,
  quotients: Quotients,
  keys: readonly SortKey[],
  last: readonly Wire[],
): Wire[] {
  const words = keys.map((key) => keyBits(b, expressions, quotients, key));
  return [...last, ...words.reverse().flat()];
}

function keyBits(
  b: CircuitBuilder,
  expressions: Expressions,
  quotients: Quotients,
  { scalar, descending, nullsFirst }: SortKey,
): Wire[] {
  const { bits, isNull } =
    scalar.kind === 'ratio'
      ? quotientBits(b, quotients.of(scalar).quotient)
      : numberBits(b, expressions.number(scalar), encodingOf(scalar).width);
  const present = b.not(isNull);
  const value = bits.map((bit) => b.and(present, descending ? b.not(bit) : bit));
  if (isNull === b.zero) return value;
  return [...value, nullsFirst ? present : isNull];
}

function numberBits(b: CircuitBuilder, { number, isNull }: NullableNumber, width: number) {
  const bits = extend(b, number, width);
  const top = bits.at(-1);
  if (number.signed && top !== undefined) bits[bits.length - 1] = b.not(top);
  return { bits, isNull };
}

/** Sign and magnitude in ascending order: one's complement of what is negative, then the sign. */
function quotientBits(b: CircuitBuilder, quotient: Quotient) {
  const { negative, isNull } = quotient;
  const bits = leadingBits(b, quotient).map((bit) => b.xor(bit, negative));
  return { bits: [...bits, b.not(negative)], isNull };
}

/** Whether row j comes before row i: inputs are whether it is there and the sort word of row i, then the same of row j. */
export function precedesCircuit(width: number, rows: number, network: NetworkProfile): Circuit {
  const b = new CircuitBuilder();
  const row = () => {
    const there = b.input();
    return { there, word: { bits: Array.from({ length: width }, () => b.input()), signed: false } };
  };
  const [i, j] = [row(), row()];
  const shape = new Shapes(network, rows * rows).compare(width);
  return b.build([b.and(j.there, lessThan(b, j.word, i.word, shape))]);
}

/** Rows that are there and whose rank lies within the limits. */
export function shownByRank(
  b: CircuitBuilder,
  there: Wire,
  rank: readonly Wire[],
  { offset, count }: Rank,
  network: NetworkProfile,
): Wire {
  const number = { bits: rank, signed: false };
  const end = 1n << BigInt(rank.length);
  const below = (limit: bigint) => {
    if (limit >= end) return b.one;
    const bound = constantNumber(b, limit, { width: rank.length, signed: false });
    return lessThan(b, number, bound, new Shapes(network, 1).compare(rank.length));
  };
  const early = count === undefined ? b.one : below(offset + count);
  return b.and(there, b.and(early, b.not(below(offset))));
}
