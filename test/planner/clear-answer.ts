import type { TableVersion } from '../../src/catalog/table.ts';
import { printType } from '../../src/catalog/types.ts';
import type { LogicalPlan } from '../../src/planner/logical/plan.ts';
import { type Cell, difference } from '../oracle/compare.ts';
import type { OracleAnswer } from '../oracle/duckdb.ts';
import type { TestTable } from '../oracle/tables.ts';
import { evaluatePlan, rowsOf } from './clear-plan.ts';

/** The published version of a test table, as a catalog lists it. */
export function versionOf({ definition, parts }: TestTable): TableVersion {
  const listed = parts.map(({ owner, rows }, k) => ({ id: `part-${k}`, owner, rows, root: '00' }));
  return { definition, number: 1, parts: listed, digest: 'digest' };
}

/** The rows that a plan shows. */
export function meaning(plan: LogicalPlan, ...tables: readonly TestTable[]): Cell[][] {
  const rows = new Map(tables.map((table) => [table.definition.name, rowsOf(table)]));
  return evaluatePlan(plan, rows);
}

/** Throws where the answer differs from DuckDB's in rows (as a multiset), or in the names and types of columns. */
export function sameAs(
  expected: OracleAnswer,
  rows: readonly (readonly Cell[])[],
  plan: LogicalPlan,
): void {
  const found = difference({ ...expected, rows: withoutDust(expected.rows) }, withoutDust(rows));
  if (found !== undefined) throw new Error(found);
  if (plan.kind !== 'output') throw new Error('a plan ends in an output');
  const types = plan.columns.map(({ type }) => printType(type)).join();
  const wanted = expected.columns.map(({ type }) => type).join();
  if (types !== wanted) throw new Error(`types ${types} instead of ${wanted}`);
}

/** Sums of doubles that cancel leave DuckDB with rounding errors where the exact sum is 0. */
function withoutDust<C extends Cell>(rows: readonly (readonly C[])[]): (readonly (C | 0)[])[] {
  return rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' && Math.abs(cell) < 1e-12 ? 0 : cell)),
  );
}
