import { invariant } from '../../errors/tacit-error.ts';
import { inputsOf, type LogicalPlan } from '../logical/plan.ts';
import { ownScalarsOf, scalarKey } from '../logical/rewrite.ts';
import { aggregateBeforeJoins } from './aggregate-before-joins.ts';
import { countRowsWhereNothingIsNull } from './count-rows-where-nothing-is-null.ts';
import { dropFilterThatKeepsAll } from './drop-filter-that-keeps-all.ts';
import { dropUnreadAggregates } from './drop-unread-aggregates.ts';
import { dropUnreadColumns } from './drop-unread-columns.ts';
import { foldConstants } from './fold-constants.ts';
import { mergeEqualAggregates } from './merge-equal-aggregates.ts';
import { mergeEqualitiesIntoMembership } from './merge-equalities-into-membership.ts';
import { orderJoins } from './order-joins.ts';
import { pruneColumns } from './prune-columns.ts';
import { pushFiltersIntoJoins } from './push-filters-into-joins.ts';
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
  pushFiltersIntoJoins,
  orderJoins,
  aggregateBeforeJoins,
  dropFilterThatKeepsAll,
  dropUnreadAggregates,
  dropUnreadColumns,
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
  const own = `${shapeOf(plan)} ${ownScalarsOf(plan).map(scalarKey)}`;
  return [own, ...inputsOf(plan).map(planKey)].join('; ');
}

/** What a node is besides its expressions and inputs. */
function shapeOf(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'scan':
      return `scan ${plan.table.definition.name} ${plan.columns.join(',')}`;
    case 'aggregate':
      return `aggregate ${plan.aggregates.map(({ fn, filter }) => (filter === undefined ? fn : `${fn} filter`))}`;
    case 'join':
      return `${plan.join} join ${plan.keys.length}`;
    case 'concat':
      return `concat ${plan.inputs.length} ${plan.columns.length}`;
    case 'window':
      return `window ${plan.functions.map(({ fn }) => fn)}`;
    default:
      return plan.kind;
  }
}
