import type { ColumnId } from '../../catalog/table.ts';
import { label } from '../../parser/print.ts';
import type { SelectStatement } from '../../parser/syntax.ts';
import { foldScalar } from '../logical/fold.ts';
import { rowsMax } from '../logical/multiplicity.ts';
import { type GroupKey, type LogicalPlan, relationColumns } from '../logical/plan.ts';
import { mapOwnScalars, moveColumns, ownScalarsOf } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';
import { bindAggregate } from './aggregate.ts';
import { AggregateSink } from './aggregate-sink.ts';
import { type Binder, withoutWindows } from './binder.ts';
import type { BoundItem, Clauses } from './clauses.ts';
import { bindDistinctRows } from './distinct.ts';
import { type Environment, withCommonTables } from './environment.ts';
import { asBoolean, bindScalar } from './expression.ts';
import { filtered } from './filtered.ts';
import { bindFrom } from './from.ts';
import { bindGroupBy, isComputed } from './group-by.ts';
import { bindItem } from './items.ts';
import { requireJoined } from './join-hints.ts';
import { bindOrderBy, limited } from './order-by.ts';
import { notGrouped, overGroups } from './over-groups.ts';
import { placeOf, WINDOW_PLACE } from './places.ts';
import { type Attached, overAttached, QueryValues } from './query-values.ts';
import { type QueryRows, scopeOf } from './scope.ts';
import { bindWhere } from './where.ts';
import { bindWindow } from './window.ts';
import { WindowSink } from './window-sink.ts';

/** Binds one SELECT, and what it reads. */
export function bindSelect(select: SelectStatement, outer: Environment): QueryRows {
  requireJoined(select);
  const environment = { ...withCommonTables(select, outer), hints: select.hints };
  const relation = select.from && bindFrom(select.from, environment);
  const scope = scopeOf(select, relation, environment.farther);
  const values = new QueryValues({ ...environment, farther: scope });
  const source = bindWhere(select.where, scope, environment, values);
  const sink = new AggregateSink(
    source.plan,
    select.groupBy !== 'all' && select.groupBy.length > 0,
  );
  const windows = new WindowSink(rowsMax(source.plan));
  const binder: Binder = {
    scope,
    parameters: environment.parameters,
    budget: environment.budget,
    aggregate: (call) => bindAggregate(binder, call, sink),
    window: (call) => bindWindow(binder, call, windows),
    query: (node) => values.add(node),
  };
  const items = select.items.flatMap((item) => bindItem(item, binder));
  const terms = bindOrderBy(select.orderBy, binder, items);
  const having = bindHaving(select, binder);
  const aggregated = select.groupBy.length > 0 || having !== undefined || sink.used;
  const level = aggregated
    ? grouped(select, binder, sink, source, items, values)
    : { rows: source, move: (scalar: Scalar) => scalar };
  const kept = withHaving(select, having, level, values);
  const clauses = withWindows({ items, terms }, windows, { ...level, rows: kept }, values);
  const atMostOne = aggregated && rowsMax(clauses.plan) <= 1n;
  const rows = select.distinct ? bindDistinctRows(clauses, atMostOne) : clauses;
  const order = aggregated || select.distinct ? [] : (relation?.order ?? []);
  return limited(select, binder, rows, order);
}

function bindHaving({ having }: SelectStatement, binder: Binder): Scalar | undefined {
  const inner: Binder = { ...binder, window: withoutWindows('HAVING') };
  return having && asBoolean(foldScalar(bindScalar(inner, having)), 'HAVING');
}

/** Rows that SELECT reads, and how what is bound over the rows of FROM reads them. */
interface Level {
  readonly rows: Attached;
  readonly move: (scalar: Scalar) => Scalar;
}

function grouped(
  select: SelectStatement,
  binder: Binder,
  { aggregates }: AggregateSink,
  source: Attached,
  items: readonly BoundItem[],
  values: QueryValues,
): Level {
  const keys = bindGroupBy(select, binder, items);
  const at = (select.groupBy === 'all' ? undefined : select.groupBy[0]?.at) ?? select.at;
  const node: LogicalPlan = {
    ...{ kind: 'aggregate', input: source.plan, keys, aggregates, at },
    grouped: isGrouped(select, items),
  };
  const over = values.attach(source, ownScalarsOf(node));
  const groups = mapOwnScalars({ ...node, input: over.plan }, (each) => overAttached(over, each));
  return { rows: { plan: groups, places: new Map() }, move: overKeys(keys, source.plan) };
}

/** GROUP BY ALL without anything to group by is no grouping: then there is one row, also of an empty table. */
function isGrouped({ groupBy }: SelectStatement, items: readonly BoundItem[]): boolean {
  if (groupBy !== 'all') return groupBy.length > 0;
  return items.some((item) => item.readsColumns && !isComputed(item.scalar));
}

function overKeys(keys: readonly GroupKey[], input: LogicalPlan) {
  const names = relationColumns(input).map(({ name }) => name);
  const scalars = keys.map(({ scalar }) => scalar);
  return overGroups(scalars, (id, at) => notGrouped(names[id] ?? '', at));
}

function withHaving(
  select: SelectStatement,
  having: Scalar | undefined,
  { rows, move }: Level,
  values: QueryValues,
): Attached {
  if (select.having === undefined || having === undefined) return rows;
  const predicate = move(having);
  const over = values.attach(rows, [predicate]);
  const { having: written } = select;
  const scalar = overAttached(over, predicate);
  return { ...over, plan: filtered(over.plan, scalar, label(written), written.at) };
}

/** Window functions over the rows, and items and order as they read them. */
function withWindows(
  { items, terms }: Pick<Clauses, 'items' | 'terms'>,
  { functions }: WindowSink,
  { rows, move }: Level,
  values: QueryValues,
): Clauses {
  const node = mapOwnScalars({ kind: 'window', input: rows.plan, functions }, move);
  const below = values.attach(rows, ownScalarsOf(node));
  const window = mapOwnScalars({ ...node, input: below.plan } as LogicalPlan, (scalar) =>
    overAttached(below, scalar),
  );
  const first = relationColumns(below.plan).length;
  const inPlace = (scalar: Scalar) =>
    moveColumns(move(scalar), (id) =>
      placeOf(id) === 'window' ? ((id - WINDOW_PLACE + first) as ColumnId) : id,
    );
  const placed = {
    items: items.map((item) => ({ ...item, scalar: inPlace(item.scalar) })),
    terms: terms.map((term) => ({ ...term, scalar: inPlace(term.scalar) })),
  };
  const above = functions.length === 0 ? rows : { ...below, plan: window };
  const over = values.attach(
    above,
    [...placed.items, ...placed.terms].map((each) => each.scalar),
  );
  const settled = (scalar: Scalar) => overAttached(over, scalar);
  return {
    plan: over.plan,
    items: placed.items.map((item) => ({ ...item, scalar: settled(item.scalar) })),
    terms: placed.terms.map((term) => ({ ...term, scalar: settled(term.scalar) })),
  };
}
