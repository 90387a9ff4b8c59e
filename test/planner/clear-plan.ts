import type { Aggregate, LogicalPlan, PlanOf, SortKey } from '../../src/planner/logical/plan.ts';
import { relationColumns } from '../../src/planner/logical/plan.ts';
import type { Scalar } from '../../src/planner/logical/scalar.ts';
import type { Cell } from '../oracle/compare.ts';
import { type TestTable, wholeColumns } from '../oracle/tables.ts';
import { printDate, printDecimal, printTimestamp } from '../oracle/values.ts';
import { type ClearRow, type ClearValue, evaluateScalar } from './clear-scalar.ts';

/** The rows of a test table in the encoding of its definition. */
export function rowsOf(table: TestTable): ClearRow[] {
  const columns = wholeColumns(table);
  const count = table.parts.reduce((sum, part) => sum + part.rows, 0);
  return Array.from({ length: count }, (_, row) =>
    columns.map(({ values, nulls }) => (nulls?.[row] === 1 ? null : (values[row] ?? 0n))),
  );
}

/** What a bound plan means, over rows in the clear: cells as DuckDB's answer has them, in the order of the plan. */
export function evaluatePlan(plan: LogicalPlan, table: readonly ClearRow[]): Cell[][] {
  if (plan.kind !== 'output') throw new Error('a plan ends in an output');
  const rows = sorted(relation(plan.input, table), plan.order);
  return rows.map((row) =>
    plan.columns.map(({ scalar }) => decode(scalar, evaluateScalar(scalar, row))),
  );
}

function relation(plan: LogicalPlan, table: readonly ClearRow[]): ClearRow[] {
  switch (plan.kind) {
    case 'oneRow':
      return [[]];
    case 'scan': {
      const read = new Set<number>(plan.columns);
      // What is not read must not be used.
      return table.map((row) => row.map((value, id) => (read.has(id) ? value : 'not read')));
    }
    case 'filter':
      return relation(plan.input, table).filter(
        (row) => evaluateScalar(plan.predicate, row) === 1n,
      );
    case 'aggregate':
      return groups(plan, relation(plan.input, table));
    case 'limit': {
      const rows = sorted(relation(plan.input, table), plan.order);
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
  const facts = relationColumns(plan).slice(plan.keys.length);
  return [...found.values()].map(({ keys, rows: members }) => {
    const values = plan.aggregates.map((each) => aggregate(each, members));
    for (const [k, value] of values.entries()) check(value, facts[k], plan.aggregates[k]);
    return [...keys, ...values];
  });
}

function check(
  value: ClearValue,
  facts: Pick<Scalar, 'bounds' | 'nullable'> | undefined,
  of: Aggregate | undefined,
): void {
  if (facts === undefined) throw new Error('an aggregate has no column');
  if (value === null && !facts.nullable) throw new Error(`${of?.label} is NULL but not nullable`);
  const { min, max } = facts.bounds;
  if (typeof value === 'bigint' && (value < min || value > max)) {
    throw new Error(`${of?.label} is ${value}, outside of ${min}..${max}`);
  }
}

function aggregate({ fn, operand, filter }: Aggregate, rows: readonly ClearRow[]): ClearValue {
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
      return sum(values);
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
  }
}

function sorted(rows: readonly ClearRow[], order: readonly SortKey[]): ClearRow[] {
  const keyed = rows.map((row) => ({
    row,
    keys: order.map(({ scalar }) => evaluateScalar(scalar, row)),
  }));
  keyed.sort((a, b) => {
    for (const [k, { descending, nullsFirst }] of order.entries()) {
      const [x = null, y = null] = [a.keys[k], b.keys[k]];
      if (x === y) continue;
      if (x === null || y === null) return (x === null) === nullsFirst ? -1 : 1;
      return x < y === descending ? 1 : -1;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
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
