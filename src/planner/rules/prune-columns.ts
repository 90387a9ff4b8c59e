import { inputsOf, type LogicalPlan } from '../logical/plan.ts';
import { readsOfInputs } from '../logical/plan-columns.ts';
import { withInputs } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';

/** Reads only columns that something above uses: shares of the others stay on disk. */
export const pruneColumns: Rule = {
  name: 'pruneColumns',
  apply: (plan) => prune(plan, new Set()),
};

function prune(plan: LogicalPlan, read: ReadonlySet<number>): LogicalPlan {
  if (plan.kind === 'scan') {
    if (plan.columns.every((id) => read.has(id))) return plan;
    return { ...plan, columns: plan.columns.filter((id) => read.has(id)) };
  }
  const reads = readsOfInputs(plan, read);
  return withInputs(
    plan,
    inputsOf(plan).map((input, k) => prune(input, reads[k] ?? new Set())),
  );
}
