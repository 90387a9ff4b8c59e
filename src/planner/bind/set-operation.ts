import type { Position } from '../../errors/tacit-error.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { SetOperation } from '../../parser/syntax.ts';
import { rowsMax } from '../logical/multiplicity.ts';
import {
  type Aggregate,
  type LogicalPlan,
  type RelationColumn,
  relationColumns,
} from '../logical/plan.ts';
import { BIGINT, compare, INTEGER, logic, number, type Scalar } from '../logical/scalar.ts';
import { type Binder, withoutAggregates, withoutQueries, withoutWindows } from './binder.ts';
import type { BoundItem } from './clauses.ts';
import { type Environment, withCommonTables } from './environment.ts';
import { bindOrderBy, limited } from './order-by.ts';
import { columnOf, fromPieces } from './pieces.ts';
import type { NamedScalar, QueryRows } from './scope.ts';
import { alike } from './set-columns.ts';

/** Binds UNION, INTERSECT and EXCEPT: the rows of both sides with equal types, and what is kept of them. NULLs are equal here. */
export function bindSetOperation(operation: SetOperation, outer: Environment): QueryRows {
  const environment = withCommonTables(operation, outer);
  const left = environment.select(operation.left, environment);
  const right = environment.select(operation.right, environment);
  const { op, all, at } = operation;
  requireAsMany(left.columns, right.columns, at);
  const columns = left.columns.map(({ name, scalar }, k) =>
    alike(name, scalar, right.columns[k]?.scalar ?? scalar, op.toUpperCase(), at),
  );
  if (op !== 'union' || !all) requireKeys(columns, at);
  const pieces = columns.flatMap(({ facts }) => facts);
  const sides = [left, right].map(({ plan }, side): LogicalPlan => {
    const scalars = columns.flatMap((each) => (side === 0 ? each.left : each.right));
    const computed = scalars.map((scalar, k) => ({ name: pieces[k]?.name ?? '', scalar }));
    return { kind: 'project', input: plan, columns: computed };
  });
  const plan = combined(operation, sides, pieces);
  let next = 0;
  const shown = columns.map(({ name, facts, template }): NamedScalar => {
    const read = facts.map(() => columnOf(plan, next++, template.at));
    return { name, scalar: fromPieces(template, read) };
  });
  return ordered(operation, plan, shown, environment);
}

function requireAsMany(
  left: readonly NamedScalar[],
  right: readonly NamedScalar[],
  at: Position,
): void {
  if (left.length === right.length) return;
  const message = `the sides of a set operation have ${left.length} and ${right.length} columns`;
  throw new TacitError('SQL_SYNTAX', message, at);
}

/** Rows are told apart by their columns, so that these must be integers. */
function requireKeys(columns: readonly { readonly facts: readonly unknown[] }[], at: Position) {
  if (columns.every(({ facts }) => facts.length === 1)) return;
  const message = 'a set operation other than UNION ALL takes no computed DOUBLE';
  throw new TacitError('SQL_UNSUPPORTED', message, at);
}

function combined(
  { op, all, at }: SetOperation,
  inputs: readonly LogicalPlan[],
  columns: readonly RelationColumn[],
): LogicalPlan {
  const tag = op !== 'union';
  const concat: LogicalPlan = { kind: 'concat', inputs, columns, tag };
  if (!tag) return all ? concat : groups(concat, columns.length, [], at);
  const source = all ? numbered(concat, columns.length, at) : concat;
  const tagged = columnOf(source, columns.length, at);
  const keys = columns.map((_, k) => k);
  const counts = [0n, 1n].map((side) => countOf(tagged, side, rowsMax(concat)));
  const grouped = groupsBy(source, all ? [...keys, columns.length + 1] : keys, counts, at);
  const first = relationColumns(grouped).length - counts.length;
  const isThere = (side: number, there: boolean) =>
    compare(there ? '>' : '=', columnOf(grouped, first + side, at), number(0n, BIGINT, at), at);
  const predicate = logic('and', [isThere(0, true), isThere(1, op === 'intersect')], at);
  return { kind: 'filter', input: grouped, predicate, label: keptBy(op, all) };
}

/** Which rows a set operation keeps, as a condition in plain words. */
function keptBy(op: SetOperation['op'], all: boolean): string {
  const kept =
    op === 'intersect' ? 'both sides have the row' : 'the second side does not have the row';
  return all ? `${kept}, equal rows counted one by one` : kept;
}

/** Equal rows of a side get numbers, so that ALL pairs them one by one. */
function numbered(concat: LogicalPlan, width: number, at: Position): LogicalPlan {
  const partition = Array.from({ length: width + 1 }, (_, k) => columnOf(concat, k, at));
  const rows = rowsMax(concat);
  const bounds = { min: rows < 1n ? rows : 1n, max: rows };
  return {
    kind: 'window',
    input: concat,
    functions: [
      {
        ...{ fn: 'rowNumber', partition, order: [], frame: { peers: false }, type: BIGINT },
        ...{ bounds, nullable: false, label: 'number of equal rows', at },
      },
    ],
  };
}

function groups(
  input: LogicalPlan,
  width: number,
  aggregates: readonly Aggregate[],
  at: Position,
): LogicalPlan {
  return groupsBy(
    input,
    Array.from({ length: width }, (_, k) => k),
    aggregates,
    at,
  );
}

function groupsBy(
  input: LogicalPlan,
  ids: readonly number[],
  aggregates: readonly Aggregate[],
  at: Position,
): LogicalPlan {
  const names = relationColumns(input);
  const keys = ids.map((id) => ({
    scalar: columnOf(input, id, at),
    label: names[id]?.name ?? '',
  }));
  return { kind: 'aggregate', input, grouped: true, keys, aggregates, at };
}

/** How many rows of a group are of one side. */
function countOf(tagged: Scalar, side: bigint, rows: bigint): Aggregate {
  const { at } = tagged;
  return {
    ...{ fn: 'countStar', type: BIGINT, bounds: { min: 0n, max: rows }, nullable: false, at },
    filter: compare('=', tagged, number(side, INTEGER, at), at),
    label: `rows of the ${side === 0n ? 'first' : 'second'} side`,
  };
}

/** ORDER BY takes names and positions of the result. */
function ordered(
  operation: SetOperation,
  plan: LogicalPlan,
  columns: readonly NamedScalar[],
  { parameters, budget, farther }: Environment,
): QueryRows {
  const relation = {
    ...{ plan, tables: [], order: [] },
    columns: columns.map((each) => ({ ...each, table: undefined })),
  };
  const binder: Binder = {
    scope: { relation, aliases: new Map(), farther },
    ...{ parameters, budget },
    aggregate: withoutAggregates('ORDER BY of a set operation'),
    window: withoutWindows('ORDER BY of a set operation'),
    query: withoutQueries('ORDER BY of a set operation'),
  };
  const items = columns.map(
    ({ name, scalar }): BoundItem => ({
      ...{ name, scalar, label: name, readsColumns: true, at: scalar.at },
    }),
  );
  const terms = bindOrderBy(operation.orderBy, binder, items);
  return limited(operation, binder, { plan, items, terms }, []);
}
