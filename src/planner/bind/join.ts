import { TacitError } from '../../errors/tacit-error.ts';
import { label } from '../../parser/print.ts';
import type { JoinedTable } from '../../parser/syntax.ts';
import { foldScalar } from '../logical/fold.ts';
import {
  type JoinKind,
  type JoinPlan,
  type LogicalPlan,
  relationColumns,
} from '../logical/plan.ts';
import { rewriteScalar } from '../logical/rewrite.ts';
import { logic, type Scalar } from '../logical/scalar.ts';
import { type Binder, withoutAggregates, withoutQueries, withoutWindows } from './binder.ts';
import { bindComparison } from './comparison.ts';
import { bindCoalesce } from './conditional.ts';
import type { Environment } from './environment.ts';
import { asBoolean, bindScalar } from './expression.ts';
import { filtered } from './filtered.ts';
import { type Condition, conjunctionOf, splitConditions } from './join-condition.ts';
import { withHint } from './join-hints.ts';
import { isPlain, projected } from './pieces.ts';
import { shifted } from './places.ts';
import { findColumn, type Relation, type ScopeColumn } from './scope.ts';

/** Binds `left JOIN right`: the columns of left, then those of right, and behind USING each common column once. */
export function bindJoin(
  from: JoinedTable,
  left: Relation,
  right: Relation,
  environment: Environment,
): Relation {
  requireOtherNames(left, right, from);
  const join: JoinKind = from.join === 'cross' ? 'inner' : from.join;
  const [first, second] = [
    join === 'right' || join === 'full' ? plain(left) : left,
    join === 'left' || join === 'full' ? plain(right) : right,
  ];
  const width = relationColumns(first.plan).length;
  const pair: Relation = {
    plan: first.plan,
    columns: [
      ...first.columns,
      ...second.columns.map((each) => ({ ...each, scalar: shifted(each.scalar, width) })),
    ],
    tables: [...first.tables, ...second.tables],
    order: [],
  };
  const common = commonColumns(from, first, second);
  const conditions = [
    ...common.map((name) => equalColumns(name, first, second, width, from)),
    ...(from.on === undefined ? [] : onConditions(from.on, pair, environment)),
  ];
  const plan = withHint(
    joinPlan(join, first.plan, second.plan, conditions, from),
    environment.hints ?? [],
    right.tables.map(({ name }) => name),
  );
  const shown = join === 'semi' || join === 'anti' ? first.columns : pair.columns;
  const columns = shown.map((each) => ({ ...each, scalar: overJoin(each.scalar, plan) }));
  const tables = join === 'semi' || join === 'anti' ? first.tables : pair.tables;
  const merged = mergeColumns(common, join, columns, first.columns.length);
  return { plan, columns: merged, tables, order: [] };
}

function requireOtherNames(left: Relation, right: Relation, { at }: JoinedTable): void {
  const names = new Set(left.tables.map(({ name }) => name));
  for (const { name } of right.tables) {
    if (name === undefined || !names.has(name)) continue;
    const message = `FROM reads "${name}" twice: give each an alias of its own`;
    throw new TacitError('SQL_SYNTAX', message, at);
  }
}

/** The relation with columns that are NULL where a join finds no row for them: a constant or COALESCE is computed below it. */
function plain(relation: Relation): Relation {
  if (isPlain(relation.columns)) return relation;
  return { ...relation, ...projected(relation.plan, relation.columns) };
}

function onConditions(
  on: NonNullable<JoinedTable['on']>,
  relation: Relation,
  { parameters, budget, farther }: Environment,
): Condition[] {
  const binder: Binder = {
    scope: { relation, aliases: new Map(), farther },
    ...{ parameters, budget },
    aggregate: withoutAggregates('ON'),
    window: withoutWindows('ON'),
    query: withoutQueries('ON'),
  };
  return conjunctionOf(on).map((part) => ({
    scalar: asBoolean(foldScalar(bindScalar(binder, part)), 'ON'),
    label: label(part),
    at: part.at,
  }));
}

/** Names of the columns that USING lists or NATURAL finds on both sides. */
function commonColumns(from: JoinedTable, left: Relation, right: Relation): readonly string[] {
  if (!from.natural) return from.using ?? [];
  const names = new Set(shownNames(right));
  const common = shownNames(left).filter((name) => names.has(name));
  if (common.length > 0) return [...new Set(common)];
  throw new TacitError('SQL_SYNTAX', 'NATURAL JOIN finds no column that both sides have', from.at);
}

function shownNames({ columns }: Relation): string[] {
  return columns.flatMap(({ name, merged }) => (merged === undefined ? [name.toLowerCase()] : []));
}

function equalColumns(
  name: string,
  left: Relation,
  right: Relation,
  width: number,
  { at }: JoinedTable,
): Condition {
  const [a, b] = [left, right].map((side) => {
    const found = findColumn(side, { kind: 'column', name, at });
    if (found !== undefined) return found.scalar;
    const message = `USING names "${name}", which a side of the join does not have; its columns: ${shownNames(side).join(', ')}`;
    throw new TacitError('SQL_UNKNOWN_COLUMN', message, at);
  });
  if (a === undefined || b === undefined) throw new RangeError(name);
  const scalar = bindComparison('=', a, shifted(b, width), at);
  return { scalar, label: `using ${name}`, at };
}

/** The join under its conditions, those of one side as filters below it where that means the same. */
export function joinPlan(
  join: JoinKind,
  left: LogicalPlan,
  right: LogicalPlan,
  conditions: readonly Condition[],
  { at }: Pick<JoinPlan, 'at'>,
): JoinPlan {
  const width = relationColumns(left).length;
  const { keys, ofLeft, ofRight, rest } = splitConditions(join, conditions, width);
  const below = (plan: LogicalPlan, filters: readonly Condition[], by: number) =>
    filters.reduce(
      (input, { scalar, label: text, at: place }) =>
        filtered(input, shifted(scalar, -by), text, place),
      plan,
    );
  const condition =
    rest.length === 0
      ? undefined
      : logic(
          'and',
          rest.map((each) => each.scalar),
          at,
        );
  return {
    ...{ kind: 'join', join, keys },
    left: below(left, ofLeft, 0),
    right: below(right, ofRight, width),
    ...(condition && { condition }),
    nullAware: false,
    label: conditions.map((each) => each.label).join(' AND '),
    at,
  };
}

/** The scalar over the pairs of a join, where columns of a side may be NULL that were not. */
function overJoin(scalar: Scalar, plan: JoinPlan): Scalar {
  const facts = relationColumns(plan);
  return rewriteScalar(scalar, (node) => {
    const known = node.kind === 'column' ? facts[node.column] : undefined;
    if (node.kind !== 'column' || known === undefined || known.nullable === node.nullable)
      return node;
    // A cast may have changed the type of the column.
    return { ...node, nullable: known.nullable };
  });
}

/** Columns that both sides have become one, in the place of left's: that which is not NULL. */
function mergeColumns(
  names: readonly string[],
  join: JoinKind,
  columns: readonly ScopeColumn[],
  lefts: number,
): readonly ScopeColumn[] {
  const pairs = names.map((name) => {
    const isShown = ({ merged, name: own }: ScopeColumn) =>
      merged === undefined && own.toLowerCase() === name.toLowerCase();
    const shown = columns.filter(isShown);
    const left = columns.slice(0, lefts).find(isShown);
    return { left, right: shown.find((each) => each !== left) };
  });
  return columns.flatMap((each): readonly ScopeColumn[] => {
    const hidden = { ...each, merged: true as const };
    if (pairs.some(({ right }) => right === each)) return [hidden];
    const right = pairs.find(({ left }) => left === each)?.right;
    if (right === undefined || (join !== 'right' && join !== 'full')) return [each];
    const { name, scalar } = each;
    const both = [each, right].map((side) => ({ scalar: side.scalar, literal: false }));
    const present =
      join === 'right'
        ? right.scalar
        : bindCoalesce({ name: 'coalesce', operands: both, at: scalar.at });
    return [{ name, scalar: present, table: undefined }, hidden];
  });
}
