import type { Scalar } from '../../planner/logical/scalar.ts';
import { type GroupWords, groupOrder } from './group-picks.ts';
import { keysTogether, orderKey, orderOf, type RowOrder, withColumns } from './row-order.ts';
import type { WordRows } from './word-rows.ts';

/** Sorts rows by group, those that are not there last, unless they come so already. */
export function sortByGroup(
  rows: WordRows,
  groups: GroupWords,
  keys: readonly Scalar[],
  order: RowOrder | undefined,
): void {
  if (order === undefined || keysTogether(order, keys) === undefined) rows.sort(groupOrder(groups));
  else if (!order.gathered) rows.sort([groups.missing]);
}

/** The order of groups, by the columns of their keys, of rows that came in `order`; undefined: in none. */
export function orderOfGroups(keys: readonly Scalar[], order: RowOrder | undefined): RowOrder {
  const count = order && keysTogether(order, keys);
  if (order === undefined || count === undefined) {
    const list = keys.map((key, k) => ({ ...orderKey(key), columns: [k] }));
    return { keys: list, unique: true, gathered: false };
  }
  const first = orderOf(order.keys.slice(0, count), { unique: true, gathered: false });
  return withColumns(first, (id) =>
    keys.flatMap((key, k) => (key.kind === 'column' && key.column === id ? [k] : [])),
  );
}
