import type { SortKey } from '../../src/planner/logical/plan.ts';
import { type ClearRow, type ClearValue, evaluateScalar } from './clear-scalar.ts';

export function sorted(rows: readonly ClearRow[], order: readonly SortKey[]): ClearRow[] {
  const keyed = rows.map((row) => ({
    row,
    keys: order.map(({ scalar }) => evaluateScalar(scalar, row)),
  }));
  keyed.sort((a, b) => compareKeys(a.keys, b.keys, order));
  return keyed.map(({ row }) => row);
}

/** Negative if a row with keys `a` comes before one with `b`. */
export function compareKeys(
  a: readonly ClearValue[],
  b: readonly ClearValue[],
  order: readonly SortKey[],
): number {
  for (const [k, { descending, nullsFirst }] of order.entries()) {
    const [x = null, y = null] = [a[k], b[k]];
    if (x === y) continue;
    if (x === null || y === null) return (x === null) === nullsFirst ? -1 : 1;
    return x < y === descending ? 1 : -1;
  }
  return 0;
}
