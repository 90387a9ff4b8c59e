import { rowsMax } from '../../src/planner/logical/multiplicity.ts';
import type {
  Aggregate,
  AggregateFunction,
  LogicalPlan,
  PlanOf,
  RelationColumn,
} from '../../src/planner/logical/plan.ts';
import { relationColumns } from '../../src/planner/logical/plan.ts';
import type { Scalar } from '../../src/planner/logical/scalar.ts';
import type { Cell } from '../oracle/compare.ts';
import { type TestTable, wholeColumns } from '../oracle/tables.ts';
import { printDate, printDecimal, printTimestamp } from '../oracle/values.ts';
import { joined } from './clear-join.ts';
import { sorted } from './clear-order.ts';
import { type ClearRow, type ClearValue, evaluateScalar, holds } from './clear-scalar.ts';
import { windowed } from './clear-window.ts';

/** The rows of a test table in the encoding of its definition. */
export function rowsOf(table: TestTable): ClearRow[] {
  const columns = wholeColumns(table);
  const count = table.parts.reduce((sum, part) => sum + part.rows, 0);
  return Array.from({ length: count }, (_, row) =>
    columns.map(({ values, nulls }) => (nulls?.[row] === 1 ? null : (values[row] ?? 0n))),
  );
}

/** Rows of tables by their names. */
export type ClearTables = ReadonlyMap<string, readonly ClearRow[]>;

/** What a bound plan means, over rows in the clear: cells as DuckDB's answer has them, in the order of the plan. */
export function evaluatePlan(plan: LogicalPlan, tables: ClearTables): Cell[][] {
  if (plan.kind !== 'output') throw new Error('a plan ends in an output');
  const rows = sorted(relation(plan.input, tables), plan.order);
  return rows.map((row) =>
    plan.columns.map(({ scalar }) => decode(scalar, evaluateScalar(scalar, row))),
  );
}

/** The rows of a relation, each column within the bounds that the plan promises. */
function relation(plan: LogicalPlan, tables: ClearTables): ClearRow[] {
  const rows = rowsOfNode(plan, tables);
  if (plan.kind === 'scan') return rows;
  const columns = relationColumns(plan);
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw new Error(`${plan.kind} has ${row.length} columns instead of ${columns.length}`);
    }
    for (const [k, facts] of columns.entries()) check(row[k] ?? null, facts);
  }
  const most = rowsMax(plan);
  if (rows.length > most) throw new Error(`${plan.kind} has ${rows.length} rows, at most ${most}`);
  return rows;
}

function rowsOfNode(plan: LogicalPlan, tables: ClearTables): ClearRow[] {
  switch (plan.kind) {
    case 'oneRow':
      return [[]];
    case 'scan': {
      const read = new Set<number>(plan.columns);
      const rows = tables.get(plan.table.definition.name);
      if (rows === undefined) throw new Error(`no table ${plan.table.definition.name}`);
      // What is not read must not be used.
      return rows.map((row) => row.map((value, id) => (read.has(id) ? value : 'not read')));
    }
    case 'filter':
      return relation(plan.input, tables).filter((row) => holds(plan.predicate, row));
    case 'aggregate':
      return groups(plan, relation(plan.input, tables));
    case 'project':
      return relation(plan.input, tables).map((row) =>
        plan.columns.map(({ scalar }) => evaluateScalar(scalar, row)),
      );
    case 'join':
      return joined(plan, relation(plan.left, tables), relation(plan.right, tables));
    case 'concat':
      return plan.inputs.flatMap((input, k) =>
        relation(input, tables).map((row) => (plan.tag ? [...row, BigInt(k)] : row)),
      );
    case 'window':
      return windowed(plan, relation(plan.input, tables));
    case 'limit': {
      const rows = sorted(relation(plan.input, tables), plan.order);
      const from = Number(plan.offset);
      return rows.slice(from, plan.count === undefined ? undefined : from + Number(plan.count));
    }
    case 'output':
      throw new Error('an output below the root');
  }
}

function groups(plan: PlanOf<'aggregate'>, rows: readonly ClearRow[]): ClearRow[] {
  const found = new Map<string, { readonly keys: ClearRow; readonly rows: ClearRow[] }>();
  if (!plan.grouped) found.set('', { keys: [], rows: [] });
  for (const row of rows) {
    const keys = plan.keys.map(({ scalar }) => evaluateScalar(scalar, row));
    const name = keys.join(' ');
    const group = found.get(name) ?? { keys, rows: [] };
    group.rows.push(row);
    found.set(name, group);
  }
  return [...found.values()].map(({ keys, rows: members }) => [
    ...keys,
    ...plan.aggregates.map((each) => aggregate(each, members)),
  ]);
}

function check(value: ClearValue, { bounds, nullable, name }: RelationColumn): void {
  if (value === null && !nullable) throw new Error(`${name} is NULL but not nullable`);
  const { min, max } = bounds;
  if (typeof value === 'bigint' && (value < min || value > max)) {
    throw new Error(`${name} is ${value}, outside of ${min}..${max}`);
  }
}

function aggregate(
  { fn, operand, filter, fraction, nullable }: Aggregate,
  rows: readonly ClearRow[],
): ClearValue {
  const seen =
    filter === undefined ? rows : rows.filter((row) => evaluateScalar(filter, row) === 1n);
  if (operand === undefined) {
    if (fn !== 'countStar') throw new Error(`${fn} without an operand`);
    return BigInt(seen.length);
  }
  const values = seen
    .map((row) => evaluateScalar(operand, row))
    .filter((value): value is bigint => {
      if (value !== null && typeof value !== 'bigint') throw new Error(`${fn} of ${value}`);
      return value !== null;
    });
  const distinct = [...new Set(values)];
  const ascending = distinct.toSorted((a, b) => (a < b ? -1 : 1));
  const sum = (list: readonly bigint[]) =>
    list.length === 0 ? null : list.reduce((a, b) => a + b, 0n);
  switch (fn) {
    case 'countStar':
    case 'count':
      return BigInt(values.length);
    case 'countDistinct':
      return BigInt(distinct.length);
    case 'sum':
      return sum(values) ?? (nullable ? null : 0n);
    case 'sumDistinct':
      return sum(distinct);
    case 'min':
      return ascending[0] ?? null;
    case 'max':
      return ascending.at(-1) ?? null;
    case 'any':
      return values.length === 0 ? null : values.includes(1n) ? 1n : 0n;
    case 'every':
      return values.length === 0 ? null : values.includes(0n) ? 0n : 1n;
    default:
      return quantile(fn, values, fraction);
  }
}

function quantile(
  fn: AggregateFunction,
  values: readonly bigint[],
  fraction: Aggregate['fraction'],
): ClearValue {
  if (fraction === undefined) throw new Error(`${fn} without a fraction`);
  const ascending = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const { numerator, denominator } = fraction;
  const up = (dividend: bigint) => (dividend + denominator - 1n) / denominator;
  const last = BigInt(values.length - 1);
  const discrete = up(BigInt(values.length) * numerator) - 1n;
  const place =
    fn === 'quantileLow'
      ? (last * numerator) / denominator
      : fn === 'quantileHigh'
        ? up(last * numerator)
        : discrete < 0n
          ? 0n
          : discrete;
  return ascending[Number(place)] ?? null;
}

/** An encoded value as DuckDB's answer shows it. */
export function decode(scalar: Scalar, value: ClearValue): Cell {
  if (typeof value !== 'bigint') return value;
  const { type, dictionary, bytes } = scalar;
  switch (type.kind) {
    case 'boolean':
      return value !== 0n;
    case 'decimal':
      return printDecimal(value, type.scale);
    case 'date':
      return printDate(value);
    case 'timestamp':
      return printTimestamp(value);
    case 'varchar':
      if (bytes !== undefined) return decodeText(value, bytes);
      if (dictionary === undefined) throw new Error('text without dictionary or bytes');
      return dictionary[Number(value)] ?? '';
    default:
      return value;
  }
}

function decodeText(value: bigint, bytes: number): string {
  const hex = value.toString(16).padStart(2 * bytes, '0');
  return Buffer.from(hex, 'hex').toString('utf8').replace(/\0+$/, '');
}
