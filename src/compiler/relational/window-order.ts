import type { WindowFunction } from '../../planner/logical/plan.ts';
import {
  isOrderedBy,
  isUniqueIn,
  keysTogether,
  orderKey,
  orderOf,
  type RowOrder,
} from './row-order.ts';
import type { Word, WordRows } from './word-rows.ts';

/** Partition and order of window functions; whether their results tell places of rows that are equal in both. */
export interface WindowSort extends Pick<WindowFunction, 'partition' | 'order'> {
  readonly tellsTies: boolean;
}

/** Whether rows that come in an order need no other for the functions. */
export function isSortedFor(known: RowOrder | undefined, sort: WindowSort): boolean {
  const start = keysTogether(known, sort.partition);
  return start !== undefined && isOrderedBy(known, sort.order, start) && !isMixed(known, sort);
}

/** Sorts rows by partition and order, those that are not there last, unless they come so; says how they come then. */
export function sortForWindow(
  rows: WordRows,
  known: RowOrder | undefined,
  sort: WindowSort,
  words: { readonly order: Word; readonly keys: Word; readonly missing: Word },
): RowOrder {
  const { order, keys, missing } = words;
  if (known !== undefined && isSortedFor(known, sort)) {
    if (!known.gathered) rows.sort([missing]);
    return { ...known, gathered: true };
  }
  // Places of equal rows must not tell where these come from (PROTOCOLS A15).
  if (isMixed(known, sort)) rows.shuffle();
  rows.sort([order, keys, missing]);
  const list = [
    ...sort.partition.map((scalar) => orderKey(scalar)),
    ...sort.order.map((key) => orderKey(key.scalar, key)),
  ];
  return orderOf(list, { unique: isUniqueIn(known, scalarsOf(sort)), gathered: true });
}

/** Whether equal rows must come at random. */
function isMixed(known: RowOrder | undefined, sort: WindowSort): boolean {
  return sort.tellsTies && !isUniqueIn(known, scalarsOf(sort));
}

function scalarsOf({ partition, order }: WindowSort) {
  return [...partition, ...order.map(({ scalar }) => scalar)];
}
