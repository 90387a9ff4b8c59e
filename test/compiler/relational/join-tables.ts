import type { TableVersion } from '../../../src/catalog/table.ts';
import { decodeRows } from '../../../src/client/query/decode-rows.ts';
import type { NetworkProfile } from '../../../src/planner/network.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import { difference } from '../../oracle/compare.ts';
import type { Oracle } from '../../oracle/duckdb.ts';
import { type TestTable, wholeColumns } from '../../oracle/tables.ts';
import { clearRows, signed } from '../../sql/clear-rows.ts';
import { compileSql, versionOf } from '../clear.ts';
import { groupedTable } from './grouped-table.ts';

/** A table of `groupedTable` with another name. */
export function namedTable(name: string, seed: number, rows: number, owners = 2): TestTable {
  const { definition, parts } = groupedTable(seed, rows, owners);
  return { definition: { ...definition, name }, parts };
}

/** As the parties would list it; parts of different tables have different ids. */
export function namedVersion(table: TestTable): TableVersion {
  const version = versionOf(table);
  const parts = version.parts.map((part) => ({
    ...part,
    id: `${table.definition.name} ${part.id}`,
  }));
  return { ...version, parts };
}

/** What differs between DuckDB and the clear evaluator, or undefined. The statement's order is not looked at. */
export async function differenceOfTables(
  sql: string,
  tables: readonly TestTable[],
  truth: Oracle,
  network: NetworkProfile,
): Promise<string | undefined> {
  const expected = await truth.run(sql);
  const versions = tables.map(namedVersion);
  const { program, shape } = compileSql(sql, versions, network);
  const opened = evaluate(program, clearRows(versions, tables));
  return difference(expected, decodeRows(shape, signed(opened)), false);
}

/** The cells of every row. */
export function cellsOf(table: TestTable): (bigint | null)[][] {
  const columns = wholeColumns(table);
  const rows = table.parts.reduce((sum, part) => sum + part.rows, 0);
  return Array.from({ length: rows }, (_, row) =>
    columns.map(({ values, nulls }) => (nulls?.[row] === 1 ? null : (values[row] ?? 0n))),
  );
}
