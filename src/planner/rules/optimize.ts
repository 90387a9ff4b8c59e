import { invariant } from '../../errors/tacit-error.ts';
import type { Aggregate, LogicalPlan } from '../logical/plan.ts';
import { scalarKey, scalarsOf } from '../logical/rewrite.ts';
import { countRowsWhereNothingIsNull } from './count-rows-where-nothing-is-null.ts';
import { dropFilterThatKeepsAll } from './drop-filter-that-keeps-all.ts';
import { dropUnreadAggregates } from './drop-unread-aggregates.ts';
import { foldConstants } from './fold-constants.ts';
import { mergeEqualAggregates } from './merge-equal-aggregates.ts';
import { mergeEqualitiesIntoMembership } from './merge-equalities-into-membership.ts';
import { pruneColumns } from './prune-columns.ts';
import { pushHavingBelowGroups } from './push-having-below-groups.ts';
import { pushNotInward } from './push-not-inward.ts';
import type { Rule } from './rule.ts';
import { simplifyByBounds } from './simplify-by-bounds.ts';
import { simplifyComparisonByBounds } from './simplify-comparison-by-bounds.ts';
import { treatNullAsFalseInFilter } from './treat-null-as-false-in-filter.ts';

/** All rules, in the order in which one pass applies them. */
export const RULES: readonly Rule[] = [
  foldConstants,
  pushNotInward,
  mergeEqualitiesIntoMembership,
  simplifyComparisonByBounds,
  simplifyByBounds,
  treatNullAsFalseInFilter,
  pushHavingBelowGroups,
  dropFilterThatKeepsAll,
  dropUnreadAggregates,
  countRowsWhereNothingIsNull,
  mergeEqualAggregates,
  pruneColumns,
];

/** Far more passes than any plan needs; rules only ever make plans smaller. */
const PASSES_MAX = 32;

/**
 * Applies the rules until none changes the plan. `fired` is told the name of each rule that did, with the plan
 * it made; tests print it.
 */
export function optimize(
  plan: LogicalPlan,
  fired: (rule: string, after: LogicalPlan) => void = () => {},
): LogicalPlan {
  let current = plan;
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const before = planKey(current);
    for (const rule of RULES) {
      const after = rule.apply(current);
      if (after !== current && planKey(after) !== planKey(current)) fired(rule.name, after);
      current = after;
    }
    if (planKey(current) === before) return current;
  }
  invariant(false, 'optimization does not end');
}

/** Equal keys mean equal plans, apart from labels and positions. */
function planKey(plan: LogicalPlan): string {
  if (plan.kind === 'oneRow') return plan.kind;
  if (plan.kind === 'scan') return `scan ${plan.columns.join(',')}`;
  const own = scalarsOf({ ...plan, input: { kind: 'oneRow' } }).map(scalarKey);
  const functions = plan.kind === 'aggregate' ? plan.aggregates.map(shapeOf) : [];
  return `${plan.kind} ${functions} ${own}; ${planKey(plan.input)}`;
}

function shapeOf({ fn, filter }: Aggregate): string {
  return filter === undefined ? fn : `${fn} filter`;
}
