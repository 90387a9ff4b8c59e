import type { Wire } from '../../circuits/circuit.ts';
import { conjunction } from '../../circuits/gadgets/conjunction.ts';
import { Shapes } from '../../circuits/gadgets/shapes.ts';
import type { Aggregate } from '../../planner/logical/plan.ts';
import type { NetworkProfile } from '../../planner/network.ts';
import { endOperation, type ScanOperations } from './aggregate-operations.ts';
import { standsAtQuantile } from './quantile-place.ts';
import type { Word, WordCircuit, WordRows } from './word-rows.ts';

/** What tells the groups of rows apart. */
export interface GroupWords {
  /** Whether the row is there, and whether it is not. */
  readonly there: Word;
  readonly missing: Word;
  readonly keys: readonly Word[];
  /** Whether there are no keys, so that all rows are one group wherever they lie. */
  readonly isOne: boolean;
}

/** What sorts rows by group, those that are not there last: the first key is the most significant. */
export function groupOrder({ keys, missing }: GroupWords): Word[] {
  return [...[...keys].reverse(), missing];
}

/** Aggregates over the same operand and filter that need the rows of a group in the operand's order. */
export interface OrderedAggregates {
  readonly aggregates: readonly Pick<Aggregate, 'fn' | 'fraction'>[];
  readonly counted: Word;
  readonly notCounted: Word;
  /** The operand as an unsigned number in its order. */
  readonly operand: Word;
}

/** Whether the row and the one after it are in one group. */
export function sameGroup({ b, read }: WordCircuit, { keys, there }: GroupWords): Wire {
  const same = keys.flatMap((key) => equalBits({ b, read }, key));
  return conjunction(b, [...read(there), ...read(there, 1), ...same]);
}

/**
 * For each aggregate a bit that picks rows: of DISTINCT ones one row for each value, of quantiles the row that stands at the place.
 * Sorts the rows by group, those that do not count last, then by operand.
 */
export function pickRows(
  rows: WordRows,
  groups: GroupWords,
  ordered: OrderedAggregates,
  context: { readonly network: NetworkProfile; readonly operations: ScanOperations },
): Word[] {
  const { counted, notCounted, operand, aggregates } = ordered;
  const keys = groups.isOne ? [] : groupOrder(groups);
  rows.sort([operand, notCounted, ...keys]);
  // Of each value the last row.
  const [joined, last] = rows.compute((row) => {
    const { b, read } = row;
    const segment = conjunction(b, [
      ...(groups.isOne ? [] : [sameGroup(row, groups)]),
      ...read(counted),
      ...read(counted, 1),
    ]);
    const same = b.and(segment, conjunction(b, equalBits(row, operand)));
    return [[segment], [conjunction(b, [...read(counted), b.not(same)])]];
  }) as [Word, Word];
  if (aggregates.every(({ fn }) => isDistinct(fn))) return aggregates.map(() => last);
  const { fromEnd, count } = places(rows, joined, context.operations);
  const shapes = new Shapes(context.network, rows.rows);
  const quantiles = rows.compute(({ b, read }) =>
    aggregates
      .filter(({ fn }) => !isDistinct(fn))
      .map((aggregate) => {
        const stands = standsAtQuantile(b, aggregate, read(fromEnd), read(count), shapes);
        return [conjunction(b, [...read(counted), stands])];
      }),
  );
  return aggregates.map(({ fn }) => (isDistinct(fn) ? last : (quantiles.shift() ?? last)));
}

export function isDistinct(fn: Aggregate['fn']): boolean {
  return fn === 'countDistinct' || fn === 'sumDistinct';
}

/** For each row which one from the end of its segment it is, from 1 on, and how many rows the segment has. */
function places(rows: WordRows, joined: Word, operations: ScanOperations) {
  const width = rows.rows.toString(2).length;
  const sum = operations.sum(width);
  const [ones] = rows.compute(({ b }) => {
    return [
      sum.pack(
        b,
        Array.from({ length: width }, (_, k) => (k === 0 ? b.one : b.zero)),
      ),
    ];
  }) as [Word];
  const [counts] = rows.scan('up', [{ word: ones, operation: sum, joined }]) as [Word];
  const [fromEnd, joinedBefore] = rows.compute(({ b, read }) => {
    return [sum.unpack(b, read(counts)), read(joined, -1)];
  }) as [Word, Word];
  const item = { word: fromEnd, operation: endOperation('first'), joined: joinedBefore };
  const [count] = rows.scan('down', [item]) as [Word];
  return { fromEnd, count };
}

function equalBits({ b, read }: Pick<WordCircuit, 'b' | 'read'>, word: Word): Wire[] {
  const next = read(word, 1);
  return read(word).map((bit, k) => b.not(b.xor(bit, next[k] ?? b.zero)));
}
