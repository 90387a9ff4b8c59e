import { expect, it } from 'vitest';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { LAN } from '../../src/planner/network.ts';
import { choose } from '../../src/planner/physical/choose.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { versionOf } from '../compiler/clear.ts';
import { groupedTable } from '../compiler/relational/grouped-table.ts';

const chain = (length: number, part: (k: number) => string, by: string) =>
  Array.from({ length }, (_, k) => part(k)).join(by);

/** Each took minutes when a node was planned twice for the one above it. */
it.each([
  ['IN', `SELECT COUNT(*) FROM t WHERE ${chain(24, () => 'id IN (SELECT id FROM t)', ' AND ')}`],
  ['EXCEPT ALL', chain(16, () => 'SELECT x, y FROM t', ' EXCEPT ALL ')],
  ['INTERSECT', chain(16, () => 'SELECT x, j FROM t', ' INTERSECT ')],
])('a long chain of %s is planned soon', (_, sql) => {
  const tables = [versionOf(groupedTable(1, 1000, 1))];
  const started = performance.now();
  const plan = choose(optimize(bind(parseStatement(sql), { tables })), LAN);
  expect(plan.tables).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(10_000);
});
