import { keyMultiplicity } from '../../src/planner/logical/multiplicity.ts';
import {
  type JoinPlan,
  type LogicalPlan,
  relationColumns,
} from '../../src/planner/logical/plan.ts';
import type { Scalar } from '../../src/planner/logical/scalar.ts';
import { type ClearRow, evaluateScalar, holds } from './clear-scalar.ts';

/** Every row of left beside every row of right, by the words of the contract. */
export function joined(
  plan: JoinPlan,
  left: readonly ClearRow[],
  right: readonly ClearRow[],
): ClearRow[] {
  const { join, keys, condition, nullAware } = plan;
  checkMultiplicity(
    plan.left,
    left,
    keys.map((key) => key.left),
  );
  checkMultiplicity(
    plan.right,
    right,
    keys.map((key) => key.right),
  );
  const meets = (a: ClearRow, b: ClearRow) =>
    condition === undefined || holds(condition, [...a, ...b]);
  const matches = (a: ClearRow, b: ClearRow) =>
    keys.every((key) => {
      const [x, y] = [evaluateScalar(key.left, a), evaluateScalar(key.right, b)];
      return x !== null && x === y;
    }) && meets(a, b);
  if (join === 'semi') return left.filter((a) => right.some((b) => matches(a, b)));
  if (join === 'anti') {
    const excludes = nullAware
      ? (a: ClearRow, b: ClearRow) => meets(a, b) && !differs(plan, a, b)
      : matches;
    return left.filter((a) => !right.some((b) => excludes(a, b)));
  }
  const nothing = (side: 'left' | 'right') => relationColumns(plan[side]).map(() => null);
  const pairs = left.flatMap((a) =>
    right.filter((b) => matches(a, b)).map((b): ClearRow => [...a, ...b]),
  );
  const lonely = left.filter((a) => !right.some((b) => matches(a, b)));
  const others = right.filter((b) => !left.some((a) => matches(a, b)));
  const lefts = lonely.map((a): ClearRow => [...a, ...nothing('right')]);
  const rights = others.map((b): ClearRow => [...nothing('left'), ...b]);
  return [
    ...pairs,
    ...(join === 'left' || join === 'full' ? lefts : []),
    ...(join === 'right' || join === 'full' ? rights : []),
  ];
}

/** Throws if more rows have equal keys than the planner believes. */
function checkMultiplicity(
  plan: LogicalPlan,
  rows: readonly ClearRow[],
  keys: readonly Scalar[],
): void {
  const most = keyMultiplicity(plan, keys);
  const counts = new Map<string, bigint>();
  for (const row of rows) {
    const values = keys.map((key) => evaluateScalar(key, row));
    const name = values.join(' ');
    const count = (counts.get(name) ?? 0n) + 1n;
    counts.set(name, count);
    if (most !== undefined && count > most && !values.includes(null)) {
      throw new Error(`${count} rows have the keys ${name}, at most ${most} should`);
    }
  }
}

/** Whether the comparison of a NOT IN is FALSE. */
function differs({ keys }: JoinPlan, a: ClearRow, b: ClearRow): boolean {
  return keys.every((key) => {
    const [x, y] = [evaluateScalar(key.left, a), evaluateScalar(key.right, b)];
    return x !== null && y !== null && x !== y;
  });
}
