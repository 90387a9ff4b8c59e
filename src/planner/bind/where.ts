import { TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import type { Expression, Query, SelectStatement } from '../../parser/syntax.ts';
import { foldNode, foldScalar } from '../logical/fold.ts';
import { equalityOf, sideOf } from '../logical/join-sides.ts';
import { type JoinPlan, type LogicalPlan, relationColumns } from '../logical/plan.ts';
import { not, type Scalar } from '../logical/scalar.ts';
import { type Binder, withoutAggregates, withoutWindows } from './binder.ts';
import { bindComparison } from './comparison.ts';
import { bindIsTruth } from './conditional.ts';
import { type Environment, withCommonTables } from './environment.ts';
import { asBoolean, bindScalar } from './expression.ts';
import { filtered } from './filtered.ts';
import { bindFrom } from './from.ts';
import { joinPlan } from './join.ts';
import { type Condition, conjunctionOf } from './join-condition.ts';
import { requireJoined, withHint } from './join-hints.ts';
import { isPlainSelect, type Membership, membershipOf } from './membership.ts';
import { shifted } from './places.ts';
import { type Attached, overAttached, QueryValues } from './query-values.ts';
import { type Scope, scopeOf } from './scope.ts';

/**
 * Binds WHERE over the relation of a scope: conditions of rows as a filter, and above it [NOT] IN and [NOT] EXISTS with a subquery
 * as semi and anti joins.
 */
export function bindWhere(
  where: Expression | undefined,
  scope: Scope,
  environment: Environment,
  values: QueryValues,
): Attached {
  const plan: LogicalPlan = scope.relation?.plan ?? { kind: 'oneRow' };
  const none: Attached = { plan, places: new Map() };
  if (where === undefined) return none;
  const binder = whereBinder(scope, environment, values);
  const parts = conjunctionOf(where);
  const memberships = membershipsOf(parts);
  const ofRows = memberships.length === 0 ? [where] : parts.filter(isOfRows);
  const kept = ofRows.reduce<Attached>((attached, part) => {
    const predicate = asBoolean(bindScalar(binder, part), 'WHERE');
    const over = values.attach(attached, [predicate]);
    const scalar = overAttached(over, predicate);
    return { ...over, plan: filtered(over.plan, scalar, label(part), part.at) };
  }, none);
  return memberships.reduce(
    (attached, each) => bindMembership(each, attached, binder, environment, values),
    kept,
  );
}

function membershipsOf(parts: readonly Expression[]): Membership[] {
  return parts.flatMap((part) => membershipOf(part) ?? []);
}

function isOfRows(part: Expression): boolean {
  return membershipOf(part) === undefined;
}

function whereBinder(
  scope: Scope,
  { parameters, budget }: Environment,
  values: QueryValues,
): Binder {
  return {
    ...{ scope, parameters, budget },
    aggregate: withoutAggregates('WHERE'),
    window: withoutWindows('WHERE'),
    query: (node) => values.add(node),
  };
}

/** What a subquery gives to the join with the query around it; scalars read the pair of both. */
interface Inner {
  readonly plan: LogicalPlan;
  /** The value that IN compares with. */
  readonly item: Scalar | undefined;
  readonly conditions: readonly Condition[];
}

function bindMembership(
  { node, negated }: Membership,
  attached: Attached,
  binder: Binder,
  environment: Environment,
  values: QueryValues,
): Attached {
  const { query, at } = node;
  const bound = node.kind === 'exists' ? undefined : foldScalar(bindScalar(binder, node.operand));
  const over = values.attach(attached, [bound]);
  const operand = bound && overAttached(over, bound);
  const width = relationColumns(over.plan).length;
  const inside = { ...environment, farther: binder.scope };
  const isMoved = isPlainSelect(query) && (operand === undefined || hasOneItem(query));
  const inner = isMoved
    ? bindPlain(query, binder.scope, width, inside)
    : bindWhole(query, operand !== undefined, width, inside);
  const place = { at, label: label(node) };
  const { hints = [] } = environment;
  const hinted = (plan: JoinPlan) => ({ ...over, plan: withHint(plan, hints, []) });
  if (operand === undefined || inner.item === undefined) {
    const join = negated ? 'anti' : 'semi';
    return hinted(joinPlan(join, over.plan, inner.plan, inner.conditions, place));
  }
  const equal = foldScalar(bindComparison('=', operand, inner.item, at));
  const plan = negated
    ? notIn(equal, over.plan, inner, place)
    : joinPlan(
        'semi',
        over.plan,
        inner.plan,
        [{ scalar: equal, ...place }, ...inner.conditions],
        place,
      );
  return hinted(plan);
}

function hasOneItem({ items }: SelectStatement): boolean {
  const [only] = items;
  return items.length === 1 && only !== undefined && !('kind' in only);
}

/** x NOT IN: no row for which the comparison is TRUE, or NULL. */
function notIn(
  equal: Scalar,
  left: LogicalPlan,
  { plan: right, conditions }: Inner,
  place: { readonly at: Scalar['at']; readonly label: string },
): JoinPlan {
  const { at } = place;
  if (!equal.nullable) {
    return joinPlan('anti', left, right, [{ scalar: equal, ...place }, ...conditions], place);
  }
  const width = relationColumns(left).length;
  const key = equalityOf(equal, width);
  const isCorrelated = conditions.some(({ scalar }) => sideOf(scalar, width) !== 'right');
  if (key !== undefined && !isCorrelated) {
    return { ...joinPlan('anti', left, right, conditions, place), keys: [key], nullAware: true };
  }
  const scalar = foldNode(not(bindIsTruth(equal, false, at), at));
  return joinPlan('anti', left, right, [{ scalar, ...place }, ...conditions], place);
}

/** A SELECT whose WHERE may read the columns of the query around it. */
function bindPlain(
  query: SelectStatement,
  outer: Scope,
  width: number,
  around: Environment,
): Inner {
  requireJoined(query);
  const environment = { ...withCommonTables(query, around), hints: query.hints };
  if (query.from === undefined) throw new RangeError('a SELECT without FROM');
  const relation = bindFrom(query.from, environment);
  const values = new QueryValues(environment);
  const columns = relation.columns.map((each) => ({
    ...each,
    scalar: shifted(each.scalar, width),
  }));
  const own = scopeOf(query, relation, outer);
  const pair: Scope = { ...own, relation: { ...relation, columns }, outer };
  const binder = whereBinder(pair, environment, values);
  const [item] = query.items.flatMap((each) =>
    'kind' in each ? [] : [foldScalar(bindScalar(binder, each.expression))],
  );
  const parts = query.where === undefined ? [] : conjunctionOf(query.where);
  const bound = parts.filter(isOfRows).map((part) => ({
    scalar: asBoolean(foldScalar(bindScalar(binder, part)), 'WHERE'),
    label: label(part),
    at: part.at,
  }));
  const read = [item, ...bound.map(({ scalar }) => scalar)];
  const attached = values.attach({ plan: relation.plan, places: new Map() }, read);
  const conditions = bound.map((each) => ({
    ...each,
    scalar: overAttached(attached, each.scalar, width),
  }));
  const ownBinder = whereBinder(own, environment, values);
  const { plan } = membershipsOf(parts).reduce(
    (input, each) => bindMembership(each, input, ownBinder, environment, values),
    attached,
  );
  return { plan, item: item && overAttached(attached, item, width), conditions };
}

/** Any other query, which reads only what it names in FROM. */
function bindWhole(query: Query, isValue: boolean, width: number, environment: Environment): Inner {
  const { plan, columns } = environment.select(query, environment);
  if (isValue && columns.length !== 1) {
    const message = `IN compares with one column, the subquery has ${columns.length}`;
    throw new TacitError('SQL_SYNTAX', message, query.at);
  }
  const [first] = columns;
  const item = isValue && first !== undefined ? shifted(first.scalar, width) : undefined;
  return { plan, item, conditions: [] };
}
