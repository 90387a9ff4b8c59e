import { CircuitBuilder } from '../circuits/builder.ts';
import type { Circuit, Wire } from '../circuits/circuit.ts';
import { lessThan } from '../circuits/gadgets/compare.ts';
import { constantNumber } from '../circuits/gadgets/numbers.ts';
import { Shapes } from '../circuits/gadgets/shapes.ts';
import type { NetworkProfile } from '../planner/network.ts';
import type { Rank } from '../planner/physical/plan.ts';

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
