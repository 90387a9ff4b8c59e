import { findColumn } from '../../catalog/lookup.ts';
import { rowCount } from '../../catalog/table.ts';
import { domainSize } from './domain-size.ts';
import { type JoinPlan, type LogicalPlan, type PlanOf, relationColumns } from './plan.ts';
import { larger, smaller } from './quotient.ts';
import type { Scalar } from './scalar.ts';

/**
 * What bounds follow from. proven: owners check what they declare of their own rows, so it holds within each part of a table.
 * declared: it is believed over all owners, and so are hints; only a plan that checks it at run time may rely on that.
 */
type Trust = 'proven' | 'declared';

/** Most rows that a relation can have: a public number. */
export function rowsMax(plan: LogicalPlan): bigint {
  return rowsWith(plan, new Set(), 'proven');
}

/** {@link rowsMax} if all that is declared holds over all owners, and hints do. */
export function rowsDeclared(plan: LogicalPlan): bigint {
  return rowsWith(plan, new Set(), 'declared');
}

/**
 * The most rows of the relation in which all of the scalars have the same values, none NULL: 1 if they are a key. It follows from
 * multiplicities of columns, keys of tables, groups and LIMIT; undefined if nothing bounds it but the number of rows.
 */
export function keyMultiplicity(plan: LogicalPlan, scalars: readonly Scalar[]): bigint | undefined {
  return multiplicityOf(plan, scalars, 'proven');
}

/** {@link keyMultiplicity} if all that is declared holds over all owners. */
export function declaredMultiplicity(
  plan: LogicalPlan,
  scalars: readonly Scalar[],
): bigint | undefined {
  return multiplicityOf(plan, scalars, 'declared');
}

function multiplicityOf(
  plan: LogicalPlan,
  scalars: readonly Scalar[],
  trust: Trust,
): bigint | undefined {
  const most = rowsWith(plan, fixedBy(scalars), trust);
  return most < rowsWith(plan, new Set(), trust) || most <= 1n ? most : undefined;
}

/** Columns whose values follow from those of the scalars. */
function fixedBy(scalars: readonly Scalar[]): ReadonlySet<number> {
  return new Set(scalars.flatMap(invertible));
}

/** The column that a scalar is another form of. */
function invertible(scalar: Scalar): number[] {
  switch (scalar.kind) {
    case 'column':
      return [scalar.column];
    case 'negate':
      return invertible(scalar.operand);
    case 'scaled':
      return scalar.factor === 0n ? [] : invertible(scalar.operand);
    case 'steps': {
      const { breaks, values, operand } = scalar;
      const single = breaks.every((start, k) => k === 0 || start === (breaks[k - 1] ?? 0n) + 1n);
      const { min, max } = operand.bounds;
      const ends = breaks.length === 0 || (breaks[0] === min + 1n && breaks.at(-1) === max);
      return single && ends && new Set(values).size === values.length ? invertible(operand) : [];
    }
    default:
      return [];
  }
}

/** What is known of plans, by sets of columns: a join asks for each of its sides twice, so that chains of them would take for ever. */
const known = {
  proven: new WeakMap<LogicalPlan, Sets>(),
  declared: new WeakMap<LogicalPlan, Sets>(),
};
type Sets = Map<string, bigint>;
/** Sets of columns that are told apart for a node; values in more columns are taken to bound nothing. */
const SETS_MAX = 256;

/** Most rows with equal values, none NULL, in all of the given columns. */
function rowsWith(plan: LogicalPlan, ids: ReadonlySet<number>, trust: Trust): bigint {
  const sets = known[trust].get(plan) ?? new Map<string, bigint>();
  known[trust].set(plan, sets);
  const key = [...ids].sort((a, b) => a - b).join();
  const found = sets.get(key);
  if (found !== undefined) return found;
  if (sets.size >= SETS_MAX && ids.size > 0) return rowsWith(plan, new Set(), trust);
  const rows = countRows(plan, ids, trust);
  sets.set(key, rows);
  return rows;
}

function countRows(plan: LogicalPlan, ids: ReadonlySet<number>, trust: Trust): bigint {
  switch (plan.kind) {
    case 'oneRow':
      return 1n;
    case 'scan':
      return ofTable(plan, ids, trust);
    case 'filter':
      return rowsWith(plan.input, ids, trust);
    case 'output':
      return rowsWith(plan.input, new Set(), trust);
    case 'window': {
      const width = relationColumns(plan.input).length;
      return rowsWith(plan.input, new Set([...ids].filter((id) => id < width)), trust);
    }
    case 'project':
      return rowsWith(plan.input, fixedBy(scalarsAt(plan.columns, ids)), trust);
    case 'limit': {
      const all = rowsWith(plan.input, ids, trust);
      return plan.count === undefined ? all : smaller(plan.count, all);
    }
    case 'aggregate':
      return ofGroups(plan, ids, trust);
    case 'concat':
      return plan.inputs.reduce((sum, input) => sum + rowsWith(input, ids, trust), 0n);
    case 'join':
      return ofPairs(plan, ids, trust);
  }
}

function scalarsAt(
  columns: readonly { readonly scalar: Scalar }[],
  ids: ReadonlySet<number>,
): Scalar[] {
  return [...ids].flatMap((id) => columns[id]?.scalar ?? []);
}

/** What is declared of keys is proven for each part alone: owners see their own rows, and parts of one owner are published apart. */
function ofTable({ table }: PlanOf<'scan'>, ids: ReadonlySet<number>, trust: Trust): bigint {
  const { columns, keys } = table.definition;
  const ofColumns = columns.flatMap(({ multiplicity }, id) =>
    multiplicity !== undefined && ids.has(id) ? [multiplicity] : [],
  );
  const ofKeys = keys
    .filter((key) => key.columns.every((name) => ids.has(findColumn(table, name) ?? -1)))
    .map(({ multiplicity }) => multiplicity);
  const most = (rows: number) => BigInt(Math.min(rows, ...ofColumns, ...ofKeys));
  if (trust === 'declared') return most(rowCount(table));
  return table.parts.reduce((sum, { rows }) => sum + most(rows), 0n);
}

/** Groups with equal values of some keys differ in the others. */
function ofGroups(plan: PlanOf<'aggregate'>, ids: ReadonlySet<number>, trust: Trust): bigint {
  if (!plan.grouped) return 1n;
  const others = plan.keys.filter((_, k) => !ids.has(k));
  const groups = others.reduce((product, { scalar }) => product * domainSize(scalar), 1n);
  return smaller(groups, rowsWith(plan.input, fixedBy(scalarsAt(plan.keys, ids)), trust));
}

/**
 * Bounds of SUM and COUNT are made before joins are put in order, and which join then checks what is not known yet: so what a
 * join relies on at run time proves nothing here.
 */
function ofPairs(plan: JoinPlan, ids: ReadonlySet<number>, trust: Trust): bigint {
  const width = relationColumns(plan.left).length;
  const lefts = new Set([...ids].filter((id) => id < width));
  const rights = new Set([...ids].filter((id) => id >= width).map((id) => id - width));
  const { join, left, right, keys, pairsMax } = plan;
  const rows = rowsWith(left, lefts, trust);
  const keysOf = (side: 'left' | 'right') => fixedBy(keys.map((key) => key[side]));
  const perLeft = rowsWith(right, new Set([...rights, ...keysOf('right')]), trust);
  const perRight = rowsWith(left, new Set([...lefts, ...keysOf('left')]), trust);
  const others = rowsWith(right, rights, trust);
  const hinted = trust === 'declared' && pairsMax !== undefined ? [pairsMax] : [];
  const matched = [rows * perLeft, others * perRight, ...hinted].reduce(smaller);
  switch (join) {
    case 'semi':
    case 'anti':
      return rows;
    case 'inner':
      return matched;
    case 'left':
      return alone(rows * larger(perLeft, 1n), matched, [rows, rights]);
    case 'right':
      return alone(others * larger(perRight, 1n), matched, [others, lefts]);
    case 'full':
      return matched + (rights.size === 0 ? rows : 0n) + (lefts.size === 0 ? others : 0n);
  }
}

/** Rows of an outer join: each kept row at least once. A row without a partner has no values of the other side. */
function alone(
  each: bigint,
  matched: bigint,
  [kept, missing]: readonly [bigint, ReadonlySet<number>],
): bigint {
  return missing.size === 0 ? smaller(each, matched + kept) : matched;
}
