import type { Position } from '../../errors/tacit-error.ts';
import type { LogicalPlan } from '../logical/plan.ts';
import { logic, type Scalar } from '../logical/scalar.ts';

/** The rows of the plan for which the predicate holds; a filter over a filter becomes one. */
export function filtered(
  plan: LogicalPlan,
  predicate: Scalar,
  text: string,
  at: Position,
): LogicalPlan {
  if (plan.kind !== 'filter') return { kind: 'filter', input: plan, predicate, label: text };
  const both = logic('and', [plan.predicate, predicate], at);
  return { ...plan, predicate: both, label: `${plan.label} AND ${text}` };
}
