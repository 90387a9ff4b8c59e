import type { WindowFunction } from '../../planner/logical/plan.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';

/** Whether columns can differ in rows that are equal in all keys. */
export function tellsTiesApart(columns: Iterable<number>, keys: readonly Scalar[]): boolean {
  const equal = new Set<number>(keys.flatMap((key) => (key.kind === 'column' ? [key.column] : [])));
  return [...columns].some((id) => !equal.has(id));
}

/** Whether what the function says of a row depends on the places of rows that are equal in partition and order. */
export function readsPlaces({ fn, frame }: WindowFunction): boolean {
  switch (fn) {
    case 'rank':
    case 'denseRank':
      return false;
    case 'countStar':
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      // Not over the whole partition, nor up to all rows that are equal.
      return frame.start !== undefined || (frame.end !== undefined && !frame.peers);
    default:
      return true;
  }
}
