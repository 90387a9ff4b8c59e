import type { Bounds } from '../../catalog/types.ts';
import type { JoinKey } from './join-keys.ts';
import type { JoinWork } from './join-work.ts';
import { ASCENDING, isUniqueIn, type OrderKey, orderOf, type RowOrder } from './row-order.ts';

/**
 * The order of a join whose rows are sorted by its keys, at most one for each row of left; undefined if rows are kept that can be equal to
 * nothing: their keys say nothing.
 */
export function joinOrder(work: JoinWork, keys: readonly JoinKey[]): RowOrder | undefined {
  const { join, left } = work.node;
  if (work.keepsLeft && !keys.every(fitsAlways)) return undefined;
  const list = [...keys].reverse().map((key): OrderKey => {
    const own = key.left.kind === 'column' ? [key.left.column] : [];
    const other =
      join === 'inner' && key.right.kind === 'column'
        ? [left.columns.length + key.right.column]
        : [];
    const columns = [...own, ...other];
    // Two's complement is not in the order of numbers.
    return key.encoding.signed ? { columns } : { columns, direction: ASCENDING };
  });
  const scalars = keys.map((key) => key.left);
  return orderOf(list, { unique: isUniqueIn(work.left.order, scalars), gathered: false });
}

/** Whether no key of left is NULL or too wide for the encoding of both sides. */
function fitsAlways({ left, right, bytes }: JoinKey): boolean {
  return !left.nullable && (bytes !== undefined || contains(right.bounds, left.bounds));
}

function contains(outer: Bounds, inner: Bounds): boolean {
  return outer.min <= inner.min && inner.max <= outer.max;
}
