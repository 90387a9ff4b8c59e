import type { LogicalPlan } from '../logical/plan.ts';

/** A rewriting that keeps the meaning of every plan; returns the plan itself where it does not apply. */
export interface Rule {
  readonly name: string;
  apply(plan: LogicalPlan): LogicalPlan;
}
