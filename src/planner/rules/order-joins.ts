import type { ColumnId } from '../../catalog/table.ts';
import { equalityOf } from '../logical/join-sides.ts';
import { workOf } from '../logical/join-work.ts';
import { rowsDeclared } from '../logical/multiplicity.ts';
import { type JoinPlan, type LogicalPlan, relationColumns } from '../logical/plan.ts';
import { type Changed, changeNodes } from '../logical/plan-columns.ts';
import { columnsOf, conjuncts, moveColumns } from '../logical/rewrite.ts';
import { compare, logic, type Scalar } from '../logical/scalar.ts';
import type { Rule } from './rule.ts';

/**
 * Three and more inner joins in an order that keeps them small: beginning with the first relation, next comes one that an equality
 * ties to those before, that which makes the fewest rows by what is declared. `FROM a, b, c WHERE a.k = c.k AND c.l = b.l` joins a,
 * c, b, and makes no pairs of a and b. Never an order with more rows to work on than as written; not across outer joins.
 */
export const orderJoins: Rule = {
  name: 'orderJoins',
  apply: (plan) => changeNodes(plan, order).plan,
};

/** A relation of the join, and where its columns begin in what was written. */
interface Leaf {
  readonly plan: LogicalPlan;
  readonly first: number;
}

/** Relations and conditions of a tree of inner joins; conditions read the columns of all relations as written. */
interface Tree {
  readonly leaves: readonly Leaf[];
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly scalar: Scalar;
  readonly label: string;
}

/** Relations joined so far, and where columns as written are in the plan. */
interface Joined {
  readonly plan: LogicalPlan;
  readonly leaves: readonly Leaf[];
  readonly places: ReadonlyMap<number, number>;
}

function order(node: LogicalPlan): Changed | undefined {
  if (!isInner(node)) return undefined;
  const tree = treeOf(node, 0);
  if (tree.leaves.length < 3) return undefined;
  const { leaves, conditions } = filteredLeaves(tree, node);
  const [start, ...others] = leaves;
  if (start === undefined) return undefined;
  const joined = joinAll(alone(start), others, conditions, node);
  if (joined.leaves.every((leaf, k) => leaf === leaves[k])) return undefined;
  // What is best now need not be best for all that follows.
  if (workOf(joined.plan) > workOf(node)) return undefined;
  const constant = conditions.filter(({ scalar }) => columnsOf(scalar).length === 0);
  const plan: LogicalPlan =
    constant.length === 0
      ? joined.plan
      : { kind: 'filter', input: joined.plan, ...combined(constant, node) };
  return { plan, moved: (id) => (joined.places.get(id) ?? id) as ColumnId };
}

function isInner(plan: LogicalPlan): plan is JoinPlan {
  return plan.kind === 'join' && plan.join === 'inner' && plan.pairsMax === undefined;
}

/** The relations below inner joins; the columns of the tree begin at `first`. */
function treeOf(plan: LogicalPlan, first: number): Tree {
  if (plan.kind === 'filter' && isInner(plan.input)) {
    const { leaves, conditions } = treeOf(plan.input, first);
    const own = conjuncts(plan.predicate).map((scalar) => ({
      scalar: behind(scalar, first),
      label: plan.label,
    }));
    return { leaves, conditions: [...conditions, ...own] };
  }
  if (!isInner(plan)) return { leaves: [{ plan, first }], conditions: [] };
  const { keys, condition, label, at } = plan;
  const middle = first + relationColumns(plan.left).length;
  const [left, right] = [treeOf(plan.left, first), treeOf(plan.right, middle)];
  const own = [
    ...keys.map((key) => compare('=', behind(key.left, first), behind(key.right, middle), at)),
    ...(condition === undefined ? [] : conjuncts(condition).map((each) => behind(each, first))),
  ];
  return {
    leaves: [...left.leaves, ...right.leaves],
    conditions: [
      ...left.conditions,
      ...right.conditions,
      ...own.map((scalar) => ({ scalar, label })),
    ],
  };
}

/** The tree with the conditions of single relations as filters over them. */
function filteredLeaves({ leaves, conditions }: Tree, node: JoinPlan): Tree {
  const isOf = ({ plan, first }: Leaf, { scalar }: Condition) => {
    const ids = columnsOf(scalar);
    const end = first + relationColumns(plan).length;
    return ids.length > 0 && ids.every((id) => id >= first && id < end);
  };
  return {
    leaves: leaves.map((leaf) => {
      const own = conditions.filter((each) => isOf(leaf, each));
      if (own.length === 0) return leaf;
      const moved = own.map((each) => ({ ...each, scalar: behind(each.scalar, -leaf.first) }));
      const filter = { kind: 'filter' as const, input: leaf.plan, ...combined(moved, node) };
      return { ...leaf, plan: filter };
    }),
    conditions: conditions.filter((each) => !leaves.some((leaf) => isOf(leaf, each))),
  };
}

function behind(scalar: Scalar, by: number): Scalar {
  return by === 0 ? scalar : moveColumns(scalar, (id) => id + by);
}

function alone(leaf: Leaf): Joined {
  return { plan: leaf.plan, leaves: [leaf], places: placesOf(leaf, 0) };
}

function placesOf({ plan, first }: Leaf, from: number): Map<number, number> {
  return new Map(relationColumns(plan).map((_, k) => [first + k, from + k]));
}

function joinAll(
  joined: Joined,
  others: readonly Leaf[],
  conditions: readonly Condition[],
  node: JoinPlan,
): Joined {
  if (others.length === 0) return joined;
  const candidates = others.map((leaf) => withLeaf(joined, leaf, conditions, node));
  const tied = candidates.filter(({ plan }) => plan.kind === 'join' && plan.keys.length > 0);
  const [first, ...rest] = tied.length > 0 ? tied : candidates.slice(0, 1);
  if (first === undefined) return joined;
  const best = rest.reduce((a, b) => (rowsDeclared(b.plan) < rowsDeclared(a.plan) ? b : a), first);
  const left = others.filter((leaf) => !best.leaves.includes(leaf));
  return joinAll(best, left, conditions, node);
}

/** The relations with one more, under all conditions that now have their columns and had not before. */
function withLeaf(
  joined: Joined,
  leaf: Leaf,
  conditions: readonly Condition[],
  node: JoinPlan,
): Joined {
  const width = relationColumns(joined.plan).length;
  const places = new Map([...joined.places, ...placesOf(leaf, width)]);
  const isReady = ({ scalar }: Condition) => {
    const ids = columnsOf(scalar);
    return ids.every((id) => places.has(id)) && !ids.every((id) => joined.places.has(id));
  };
  const ready = conditions.filter(isReady).map(({ scalar, label }) => ({
    scalar: moveColumns(scalar, (id) => places.get(id) ?? id),
    label,
  }));
  const keys = ready.flatMap(({ scalar }) => equalityOf(scalar, width) ?? []);
  const rest = ready.filter(({ scalar }) => equalityOf(scalar, width) === undefined);
  const plan: LogicalPlan = {
    ...{ kind: 'join', join: 'inner', left: joined.plan, right: leaf.plan, keys },
    ...(rest.length === 0 ? {} : { condition: combined(rest, node).predicate }),
    nullAware: false,
    ...{ label: combined(ready, node).label, at: node.at },
  };
  return { plan, leaves: [...joined.leaves, leaf], places };
}

function combined(conditions: readonly Condition[], { at }: JoinPlan) {
  return {
    predicate: logic(
      'and',
      conditions.map(({ scalar }) => scalar),
      at,
    ),
    label: [...new Set(conditions.map(({ label }) => label))].join(' AND '),
  };
}
