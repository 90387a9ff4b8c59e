import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import { defaultName } from '../../parser/result-name.ts';
import type { SelectItem, SelectStatement, Star } from '../../parser/syntax.ts';
import { foldScalar } from '../logical/fold.ts';
import { type GroupKey, type LogicalPlan, relationColumns, type SortKey } from '../logical/plan.ts';
import { columnsOf } from '../logical/rewrite.ts';
import { logic, type Scalar } from '../logical/scalar.ts';
import { bindAggregate } from './aggregate.ts';
import { AggregateSink } from './aggregate-sink.ts';
import type { AggregateCall, Binder } from './binder.ts';
import type { BoundItem, Clauses } from './clauses.ts';
import { bindDistinctRows } from './distinct.ts';
import { asBoolean, bindScalar } from './expression.ts';
import { bindFrom, type Environment, withCommonTables } from './from.ts';
import { bindGroupBy } from './group-by.ts';
import { bindOrderBy, bindRowCount } from './order-by.ts';
import { notGrouped, overGroups } from './over-groups.ts';
import { checkQualifier, findColumn, type Relation, type Scope, scopeOf } from './scope.ts';

/** Binds one SELECT, and what it reads, to a relation. */
export function bindSelect(select: SelectStatement, outer: Environment): Relation {
  const environment = withCommonTables(select, outer);
  const relation = bindFrom(select.from, environment);
  const scope = scopeOf(select, relation);
  const source = bindWhere(select, scope, environment);
  const sink = new AggregateSink(source, select.groupBy !== 'all' && select.groupBy.length > 0);
  const binder: Binder = {
    scope,
    parameters: environment.parameters,
    budget: environment.budget,
    aggregate: (call) => bindAggregate(binder, call, sink),
  };
  const items = select.items.flatMap((item) => bindItem(item, binder));
  const terms = bindOrderBy(select.orderBy, binder, items);
  const having =
    select.having && asBoolean(foldScalar(bindScalar(binder, select.having)), 'HAVING');
  const bound: Clauses = { plan: source, items, terms };
  const aggregated = select.groupBy.length > 0 || having !== undefined || sink.used;
  const grouped = aggregated ? bindGrouping(select, binder, sink, bound, having) : bound;
  const rows = select.distinct
    ? bindDistinctRows(grouped, aggregated && isOneRow(grouped.plan))
    : grouped;
  return finish(select, binder, rows, aggregated || select.distinct ? undefined : relation);
}

function isOneRow(plan: LogicalPlan): boolean {
  if (plan.kind === 'filter') return isOneRow(plan.input);
  return plan.kind === 'oneRow' || (plan.kind === 'aggregate' && !plan.grouped);
}

function bindWhere(
  select: SelectStatement,
  scope: Scope,
  { parameters, budget }: Environment,
): LogicalPlan {
  const plan: LogicalPlan = scope.relation?.plan ?? { kind: 'oneRow' };
  if (select.where === undefined) return plan;
  const binder: Binder = { scope, parameters, budget, aggregate: refuseInWhere };
  const predicate = asBoolean(bindScalar(binder, select.where), 'WHERE');
  return filtered(plan, predicate, label(select.where), select.where.at);
}

function refuseInWhere({ at }: AggregateCall): never {
  throw new TacitError('SQL_GROUPING', 'WHERE cannot contain aggregates', at);
}

/** The rows of the plan for which the predicate holds; a filter over a filter becomes one. */
function filtered(plan: LogicalPlan, predicate: Scalar, text: string, at: Position): LogicalPlan {
  requireUnlimited(plan, at);
  if (plan.kind !== 'filter') return { kind: 'filter', input: plan, predicate, label: text };
  const both = logic('and', [plan.predicate, predicate], at);
  return { ...plan, predicate: both, label: `${plan.label} AND ${text}` };
}

function requireUnlimited(plan: LogicalPlan, at: Position): void {
  if (plan.kind !== 'limit') return;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    'LIMIT in a derived table is supported only if the outer SELECT neither filters nor aggregates nor limits its rows',
    at,
  );
}

function bindItem(item: SelectItem | Star, binder: Binder): BoundItem[] {
  const { at } = item;
  if ('kind' in item) return bindStar(item, binder);
  const { expression } = item;
  const { relation } = binder.scope;
  const found =
    expression.kind === 'column' && relation !== undefined
      ? findColumn(relation, expression.name)
      : undefined;
  const name = item.alias ?? found?.name ?? defaultName(expression);
  const scalar = foldScalar(bindScalar(binder, expression));
  return [{ name, scalar, label: label(expression), readsColumns: readsColumns(expression), at }];
}

function bindStar(star: Star, { scope }: Binder): BoundItem[] {
  const { relation } = scope;
  if (relation === undefined) {
    throw new TacitError('SQL_SYNTAX', '* needs a FROM clause', star.at);
  }
  checkQualifier(scope, star);
  return relation.columns.map(({ name, scalar }) => ({
    ...{ name, label: name, readsColumns: true, at: star.at },
    scalar: { ...scalar, at: star.at },
  }));
}

/** Groups the rows and moves items, order and HAVING to the groups. */
function bindGrouping(
  select: SelectStatement,
  binder: Binder,
  sink: AggregateSink,
  { plan, items, terms }: Clauses,
  having: Scalar | undefined,
): Clauses {
  const isAggregate = (scalar: Scalar) => columnsOf(scalar).some((id) => id >= sink.first);
  const keys = bindGroupBy(select, binder, items, isAggregate);
  const at = (select.groupBy === 'all' ? undefined : select.groupBy[0]?.at) ?? select.at;
  requireUnlimited(plan, at);
  const grouped = isGrouped(select, items, isAggregate);
  const { aggregates } = sink;
  const groups: LogicalPlan = { kind: 'aggregate', input: plan, grouped, keys, aggregates, at };
  const move = overKeys(keys, sink.first, plan);
  const moved = {
    items: items.map((item) => ({ ...item, scalar: move(item.scalar) })),
    terms: terms.map((term) => ({ ...term, scalar: move(term.scalar) })),
  };
  if (select.having === undefined || having === undefined) return { plan: groups, ...moved };
  const kept = filtered(groups, move(having), label(select.having), select.having.at);
  return { plan: kept, ...moved };
}

/** GROUP BY ALL without anything to group by is no grouping: then there is one row, also of an empty table. */
function isGrouped(
  { groupBy }: SelectStatement,
  items: readonly BoundItem[],
  isAggregate: (scalar: Scalar) => boolean,
): boolean {
  if (groupBy !== 'all') return groupBy.length > 0;
  return items.some((item) => item.readsColumns && !isAggregate(item.scalar));
}

/** Whether the expression names a column anywhere. */
function readsColumns(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('kind' in part && part.kind === 'column') return true;
  return Object.values(part).some(readsColumns);
}

function overKeys(keys: readonly GroupKey[], first: number, input: LogicalPlan) {
  const names = relationColumns(input).map(({ name }) => name);
  const scalars = keys.map(({ scalar }) => scalar);
  return overGroups(scalars, first, (id, at) => notGrouped(names[id] ?? '', at));
}

/** Orders and limits the rows. `through` is the relation whose rows they are, one for one. */
function finish(
  select: SelectStatement,
  binder: Binder,
  { plan, items, terms }: Clauses,
  through: Relation | undefined,
): Relation {
  const keys = terms.flatMap(({ scalar, descending, nullsFirst }): SortKey[] =>
    scalar.kind === 'constant' || isConstantDouble(scalar)
      ? []
      : [{ scalar, descending, nullsFirst }],
  );
  const order = keys.length > 0 ? keys : (through?.order ?? []);
  const count = select.limit && bindRowCount(select.limit, 'LIMIT', binder);
  const offset = (select.offset && bindRowCount(select.offset, 'OFFSET', binder)) ?? 0n;
  const columns = items.map(({ name, scalar }) => ({ name, scalar }));
  const relation = { columns, qualifier: undefined, table: undefined, order };
  if (count === undefined && offset === 0n) return { ...relation, plan };
  requireUnlimited(plan, (select.limit ?? select.offset ?? select).at);
  const limits = { offset, ...(count === undefined ? {} : { count }) };
  return { ...relation, plan: { kind: 'limit', input: plan, order, ...limits } };
}

function isConstantDouble(scalar: Scalar): boolean {
  return scalar.kind === 'ratio' && columnsOf(scalar).length === 0;
}
