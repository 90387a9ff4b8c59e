import { rowsDeclared } from './multiplicity.ts';
import { inputsOf, type JoinPlan, type LogicalPlan } from './plan.ts';

/** The rows that all joins, groups, windows, limits and set operations of a plan read, and that joins make, at most: a public number. */
export function workOf(plan: LogicalPlan): bigint {
  const below = inputsOf(plan).reduce((sum, input) => sum + workOf(input), 0n);
  return below + ownWork(plan);
}

function ownWork(plan: LogicalPlan): bigint {
  if (plan.kind === 'filter' || plan.kind === 'project') return 0n;
  const read = inputsOf(plan).reduce((sum, input) => sum + rowsDeclared(input), 0n);
  return plan.kind === 'join' ? read + rowsDeclared(plan) : read;
}

/** Whether a join may have more rows than both of its sides together. */
export function expands(plan: JoinPlan): boolean {
  return rowsDeclared(plan) > rowsDeclared(plan.left) + rowsDeclared(plan.right);
}
