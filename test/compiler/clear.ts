import type { TableVersion } from '../../src/catalog/table.ts';
import { printType } from '../../src/catalog/types.ts';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import { type Compiled, compile } from '../../src/compiler/compile.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { LAN, type NetworkProfile } from '../../src/planner/network.ts';
import { choose } from '../../src/planner/physical/choose.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import { difference } from '../oracle/compare.ts';
import type { Oracle } from '../oracle/duckdb.ts';
import type { TestTable } from '../oracle/tables.ts';
import { clearRows, signed } from '../sql/clear-rows.ts';

/** From SQL to program over the given table versions. */
export function compileSql(
  sql: string,
  tables: readonly TableVersion[],
  network: NetworkProfile = LAN,
): Compiled {
  return compile(choose(optimize(bind(parseStatement(sql), { tables })), network));
}

/** A test table as the parties would list it. */
export function versionOf({ definition, parts }: TestTable): TableVersion {
  return {
    definition,
    digest: 'digest',
    number: 1,
    parts: parts.map(({ owner, rows }, k) => ({ id: `part-${k}`, owner, rows, root: '00' })),
  };
}

/** Statements whose last clause fixes the order of all rows. */
const ORDERED = /ORDER BY(?!.*GROUP BY).*$/i;

/**
 * What differs between DuckDB and the clear evaluator: values, names, types, or the order if there is ORDER BY (which must leave
 * no ties); undefined if nothing.
 */
export async function differenceFromDuckDB(
  sql: string,
  table: TestTable,
  truth: Oracle,
  network: NetworkProfile = LAN,
): Promise<string | undefined> {
  const expected = await truth.run(sql);
  const version = versionOf(table);
  const { program, shape } = compileSql(sql, [version], network);
  const opened = evaluate(program, clearRows([version], [table]));
  const names = (columns: readonly { name: string; type: string }[]) =>
    columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  const ours = names(shape.columns.map(({ name, type }) => ({ name, type: printType(type) })));
  if (ours !== names(expected.columns)) return `${ours} instead of ${names(expected.columns)}`;
  return difference(expected, decodeRows(shape, signed(opened)), ORDERED.test(sql));
}
