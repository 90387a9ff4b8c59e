import { describe, expect, it } from 'vitest';
import type { Aggregate, AggregateFunction } from '../../../src/planner/logical/plan.ts';
import { LAN, WAN } from '../../../src/planner/network.ts';
import type { GroupNode } from '../../../src/planner/physical/plan.ts';
import { oracle } from '../../oracle/duckdb.ts';
import type { TestTable } from '../../oracle/tables.ts';
import { groupedTable } from './grouped-table.ts';
import { rowsOfNode, tableNode } from './run-node.ts';
import { above, columnScalar } from './window-cases.ts';

/** Fractions that doubles have exactly or that divide no small count. */
const FRACTIONS = [
  [0n, 1n],
  [1n, 1n],
  [1n, 2n],
  [3n, 4n],
  [2n, 8n],
  [1n, 10n],
  [123n, 1000n],
  [999999n, 1000000n],
] as const;
const FUNCTIONS = ['quantileLow', 'quantileHigh', 'quantileDisc'] as const;

interface QuantileCase {
  readonly aggregate: Aggregate;
  readonly sql: string;
}

/** The value at a place of the sorted list of values that count; with a filter those with y > 3. */
function quantileCase(
  table: TestTable,
  fn: AggregateFunction,
  [numerator, denominator]: (typeof FRACTIONS)[number],
  filtered: boolean,
): QuantileCase {
  const { columns } = table.definition;
  const operand = columnScalar(columns, 'x');
  const { type, bounds, at } = operand;
  const [p, q] = [numerator, denominator];
  const condition = `x IS NOT NULL${filtered ? ' AND y > 3' : ''}`;
  const n = `COUNT(*) FILTER (WHERE ${condition})`;
  const places: Partial<Record<AggregateFunction, string>> = {
    quantileLow: `(${p} * (${n} - 1)) // ${q}`,
    quantileHigh: `(${p} * (${n} - 1) + ${q - 1n}) // ${q}`,
    quantileDisc: `GREATEST(0, (${p} * ${n} + ${q - 1n}) // ${q} - 1)`,
  };
  const list = `LIST_SORT(LIST(x) FILTER (WHERE ${condition}))`;
  return {
    aggregate: {
      ...{ fn, operand, fraction: { numerator, denominator }, type, bounds, nullable: true },
      ...(filtered ? { filter: above(columns, 'y', 3n) } : {}),
      ...{ label: fn, at },
    },
    sql: `CAST((${list})[1 + ${places[fn]}] AS HUGEINT)`,
  };
}

const GROUPS = [
  { seed: 1, rows: 120, keys: ['k'], network: LAN },
  { seed: 2, rows: 50, keys: ['k', 'y'], network: WAN },
  { seed: 3, rows: 80, keys: [], network: LAN },
  { seed: 7, rows: 0, keys: [], network: LAN },
  { seed: 8, rows: 1, keys: ['j'], network: LAN },
];

describe.each(GROUPS)('$rows rows of table $seed by $keys', ({ seed, rows, keys, network }) => {
  it.each([true, false])('finds quantiles, rows filtered: %s', async (filtered) => {
    const table = groupedTable(seed, rows);
    const truth = await oracle([table]);
    const cases = FRACTIONS.flatMap((fraction, k) =>
      FUNCTIONS.map((fn) => quantileCase(table, fn, fraction, k % 2 === 0)),
    );
    const input = tableNode(table, filtered);
    const scalars = keys.map((key) => columnScalar(table.definition.columns, key));
    const aggregates = cases.map(({ aggregate }) => aggregate);
    const columns = [...scalars, ...aggregates].map((facts) => ({ ...facts, name: '' }));
    const node: GroupNode = {
      ...{ kind: 'group', id: 2, rows: Math.max(1, rows), columns, input },
      ...{ grouped: keys.length > 0, keys: scalars, aggregates },
    };
    const actual = rowsOfNode(node, [...columns.keys()], table, network);
    const where = filtered ? 'WHERE y > 3' : '';
    const by = keys.length > 0 ? `GROUP BY ${keys.join(', ')}` : '';
    const selected = [
      ...keys.map((key) => `CAST(${key} AS HUGEINT)`),
      ...cases.map(({ sql }) => sql),
    ];
    const list = selected.map((sql, k) => `${sql} AS c${k}`).join(', ');
    const { rows: expected } = await truth.run(`SELECT ${list} FROM t ${where} ${by}`);
    truth.close();
    const sorted = (list: readonly (readonly unknown[])[]) => list.map((row) => row.join()).sort();
    expect(sorted(actual)).toEqual(sorted(expected));
  });
});
