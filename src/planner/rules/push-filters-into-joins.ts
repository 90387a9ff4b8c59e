import { equalityOf, sideOf } from '../logical/join-sides.ts';
import { type JoinPlan, type LogicalPlan, type PlanOf, relationColumns } from '../logical/plan.ts';
import { conjuncts, mapNodes, moveColumns } from '../logical/rewrite.ts';
import { logic, type Scalar } from '../logical/scalar.ts';
import { printScalar } from '../print-scalar.ts';

import type { Rule } from './rule.ts';

/**
 * What WHERE says of one side of a join is asked of the rows of that side, if the join keeps them all, and equalities between the sides of
 * an inner join become its keys: `FROM a, b WHERE a.k = b.k AND a.x > 3` joins the few rows of a by k. Never past the side of an
 * outer join that may be missing.
 */
export const pushFiltersIntoJoins: Rule = {
  name: 'pushFiltersIntoJoins',
  apply: (plan) => mapNodes(plan, push),
};

const KEPT = {
  inner: { left: true, right: true },
  left: { left: true, right: false },
  right: { left: false, right: true },
  full: { left: false, right: false },
  semi: { left: true, right: false },
  anti: { left: true, right: false },
} as const;

function push(node: LogicalPlan): LogicalPlan {
  if (node.kind !== 'filter' || node.input.kind !== 'join') return node;
  const join = node.input;
  const width = relationColumns(join.left).length;
  const [lefts, rights, rest]: [Scalar[], Scalar[], Scalar[]] = [[], [], []];
  const keys = [...join.keys];
  for (const condition of conjuncts(node.predicate)) {
    const side = sideOf(condition, width);
    const key = join.join === 'inner' ? equalityOf(condition, width) : undefined;
    if (key !== undefined) keys.push(key);
    else if (side === 'left' && KEPT[join.join].left) lefts.push(condition);
    else if (side === 'right' && KEPT[join.join].right) rights.push(condition);
    else rest.push(condition);
  }
  if (keys.length === join.keys.length && lefts.length + rights.length === 0) return node;
  const shifted = rights.map((each) => moveColumns(each, (id) => id - width));
  const pushed: JoinPlan = {
    ...join,
    keys,
    left: filtered(join.left, lefts, node),
    right: filtered(join.right, shifted, node),
    label: keys.length === join.keys.length ? join.label : labelOf(join, node),
  };
  return filtered(pushed, rest, node);
}

function labelOf(join: JoinPlan, { label }: PlanOf<'filter'>): string {
  return join.label === '' ? label : `${join.label} AND ${label}`;
}

function filtered(
  input: LogicalPlan,
  conditions: readonly Scalar[],
  { label, predicate }: PlanOf<'filter'>,
): LogicalPlan {
  if (conditions.length === 0) return input;
  const all = conditions.length === conjuncts(predicate).length;
  const names = relationColumns(input).map(({ name }) => name);
  const own = logic('and', conditions, predicate.at);
  const text = all ? label : printScalar(own, names);
  if (input.kind !== 'filter') return { kind: 'filter', input, predicate: own, label: text };
  const both = logic('and', [input.predicate, own], input.predicate.at);
  return { ...input, predicate: both, label: `${input.label} AND ${text}` };
}
