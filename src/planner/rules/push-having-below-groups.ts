import type { LogicalPlan, PlanOf } from '../logical/plan.ts';
import { columnsOf, conjuncts, mapNodes, rewriteScalar } from '../logical/rewrite.ts';
import { logic, type Scalar } from '../logical/scalar.ts';
import type { Rule } from './rule.ts';

/**
 * A condition of HAVING, or of WHERE over a derived table, that reads group keys only filters the rows before they are grouped:
 * `HAVING state = 'NY'` leaves one candidate group. Conditions without any column stay: an ungrouped aggregate has its row even if
 * none is left.
 */
export const pushHavingBelowGroups: Rule = {
  name: 'pushHavingBelowGroups',
  apply: (plan) => mapNodes(plan, push),
};

function push(node: LogicalPlan): LogicalPlan {
  if (node.kind !== 'filter' || node.input.kind !== 'aggregate' || !node.input.grouped) return node;
  const groups = node.input;
  const conditions = conjuncts(node.predicate);
  const ofKeys = conditions.filter((condition) => readsKeysOnly(condition, groups));
  if (ofKeys.length === 0) return node;
  const below = ofKeys.map((condition) => overInput(condition, groups));
  const input = { ...groups, input: filtered(groups.input, below, node) };
  const above = conditions.filter((condition) => !ofKeys.includes(condition));
  if (above.length === 0) return input;
  return { ...node, input, predicate: logic('and', above, node.predicate.at) };
}

function readsKeysOnly(condition: Scalar, { keys }: PlanOf<'aggregate'>): boolean {
  const ids = columnsOf(condition);
  return ids.length > 0 && ids.every((id) => id < keys.length);
}

/** The condition with keys written out. */
function overInput(condition: Scalar, { keys }: PlanOf<'aggregate'>): Scalar {
  return rewriteScalar(condition, (node) =>
    node.kind === 'column' ? (keys[node.column]?.scalar ?? node) : node,
  );
}

function filtered(
  input: LogicalPlan,
  conditions: readonly Scalar[],
  { label, predicate }: PlanOf<'filter'>,
): LogicalPlan {
  if (input.kind !== 'filter') {
    return { kind: 'filter', input, predicate: logic('and', conditions, predicate.at), label };
  }
  const all = [input.predicate, ...conditions];
  const both = logic('and', all, input.predicate.at);
  return { ...input, predicate: both, label: `${input.label} AND ${label}` };
}
