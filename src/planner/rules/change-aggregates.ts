import type { LogicalPlan, PlanOf } from '../logical/plan.ts';
import { type Changed, changeNodes } from '../logical/plan-columns.ts';

/** Changes the aggregates of a plan, lowest first, with the columns that are read of each; what reads their columns follows. */
export function changeAggregates(
  plan: LogicalPlan,
  change: (node: PlanOf<'aggregate'>, read: ReadonlySet<number>) => Changed | undefined,
): LogicalPlan {
  return changeNodes(plan, (node, read) =>
    node.kind === 'aggregate' ? change(node, read) : undefined,
  ).plan;
}
