import { describe, expect, it } from 'vitest';
import { LAN, WAN } from '../../../src/planner/network.ts';
import type { WindowNode } from '../../../src/planner/physical/plan.ts';
import { oracle } from '../../oracle/duckdb.ts';
import { Rng } from '../../oracle/rng.ts';
import type { TestTable } from '../../oracle/tables.ts';
import { groupedTable } from './grouped-table.ts';
import { rowsOfNode, tableNode } from './run-node.ts';
import { randomCase, type WindowCase } from './window-cases.ts';

function windowNode(table: TestTable, cases: readonly WindowCase[], filtered: boolean): WindowNode {
  const input = tableNode(table, filtered);
  const functions = cases.map(({ fn }) => fn);
  const columns = [...input.columns, ...functions.map((fn) => ({ ...fn, name: fn.label }))];
  return { kind: 'window', id: 2, rows: input.rows, columns, input, functions };
}

const TABLES = [
  { seed: 1, rows: 90, filtered: false, network: LAN },
  { seed: 2, rows: 60, filtered: true, network: LAN },
  { seed: 3, rows: 33, filtered: true, network: WAN },
  { seed: 4, rows: 2, filtered: true, network: LAN },
  { seed: 6, rows: 1, filtered: false, network: LAN },
  { seed: 7, rows: 0, filtered: true, network: LAN },
];

describe.each(TABLES)('$rows rows of table $seed', ({ seed, rows, filtered, network }) => {
  it('computes window functions as DuckDB does', async () => {
    const table = groupedTable(seed, rows);
    const truth = await oracle([table]);
    const rng = new Rng(seed);
    for (let round = 0; round < 12; round++) {
      const cases = Array.from({ length: 5 }, () =>
        randomCase(rng, table.definition.columns, rows),
      );
      const where = filtered ? 'WHERE y > 3' : '';
      const list = cases.map(({ sql }, k) => `CAST(${sql} AS HUGEINT) AS f${k}`);
      const { rows: expected } = await truth.run(
        `SELECT id, ${list.join(', ')} FROM t ${where} ORDER BY id`,
      );
      const node = windowNode(table, cases, filtered);
      const ids = [0, ...cases.map((_, k) => node.input.columns.length + k)];
      const actual = rowsOfNode(node, ids, table, network);
      actual.sort(([x], [y]) => Number((x ?? 0n) - (y ?? 0n)));
      cases.forEach(({ sql }, k) => {
        const column = (from: readonly (readonly unknown[])[]) => from.map((row) => row[k + 1]);
        expect(column(actual), sql).toEqual(column(expected));
      });
    }
    truth.close();
  });
});
