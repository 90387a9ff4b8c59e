import { expect, it } from 'vitest';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import {
  declaredMultiplicity,
  keyMultiplicity,
  rowsDeclared,
  rowsMax,
} from '../../src/planner/logical/multiplicity.ts';
import type { LogicalPlan } from '../../src/planner/logical/plan.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { related } from './tables.ts';

/** The optimized plan of a statement over `big` (1000), `mid` (100) and `small` (10), whose `a` is unique. */
function planOf(sql: string): LogicalPlan {
  return optimize(bind(parseStatement(sql), { tables: related() }));
}

it.each([
  ['SELECT a FROM big', 1000n],
  ['SELECT a FROM big LIMIT 7', 7n],
  ['SELECT d, COUNT(*) FROM big GROUP BY d', 16n],
  ['SELECT b, COUNT(*) FROM big GROUP BY b', 1000n],
  ['SELECT x.b FROM big x JOIN mid y ON x.a = y.a', 100n],
  ['SELECT x.b FROM big x JOIN mid y ON x.b = y.a', 1000n],
  ['SELECT x.b FROM big x JOIN mid y ON x.b = y.b', 100_000n],
  ['SELECT x.b FROM big x LEFT JOIN mid y ON x.b = y.a', 1000n],
  ['SELECT x.b FROM mid x RIGHT JOIN big y ON x.a = y.b', 1000n],
  ['SELECT x.b FROM big x FULL JOIN mid y ON x.a = y.a', 1200n],
  ['SELECT x.b FROM big x CROSS JOIN small y', 10_000n],
  ['SELECT x.b FROM big x SEMI JOIN mid y ON x.b = y.b', 1000n],
  ['SELECT x.b FROM mid x JOIN (SELECT d, SUM(n) AS s FROM big GROUP BY d) y ON x.d = y.d', 100n],
  ['SELECT a FROM big UNION ALL SELECT b FROM mid', 1100n],
  ['SELECT a + (SELECT MAX(b) FROM mid) FROM big', 1000n],
])('%s has at most %i rows', (sql, rows) => {
  expect(rowsMax(planOf(sql))).toBe(rows);
});

it.each([
  ['SELECT a FROM big', 1n],
  ['SELECT b FROM big', undefined],
  ['SELECT -a FROM big', 1n],
  ['SELECT a % 7 FROM big', undefined],
  ['SELECT d FROM (SELECT d, COUNT(*) FROM big GROUP BY d)', 1n],
  ['SELECT d FROM (SELECT d, n, COUNT(*) FROM big GROUP BY d, n)', undefined],
  ['SELECT x.a FROM big x JOIN mid y ON x.a = y.a', 1n],
  ['SELECT x.a FROM big x JOIN mid y ON x.b = y.a', 1n],
  ['SELECT x.a FROM mid x JOIN small y ON x.b = y.b', 10n],
  ['SELECT a FROM (SELECT a, RANK() OVER (ORDER BY b) AS r FROM big)', 1n],
  ['SELECT a FROM (SELECT a FROM mid UNION ALL SELECT a FROM small)', 2n],
])('%s: its column has each value in at most %s rows', (sql, rows) => {
  const plan = planOf(sql);
  if (plan.kind !== 'output') throw new Error('a plan ends in an output');
  const scalars = plan.columns.map(({ scalar }) => scalar);
  expect(keyMultiplicity(plan.input, scalars)).toBe(rows);
});

it('believes over all owners only what is declared so', () => {
  const shared = planOf('SELECT a FROM shared');
  if (shared.kind !== 'output') throw new Error('a plan ends in an output');
  const scalars = shared.columns.map(({ scalar }) => scalar);
  expect(keyMultiplicity(shared.input, scalars)).toBe(2n);
  expect(declaredMultiplicity(shared.input, scalars)).toBe(1n);
  const joined = planOf('SELECT x.b FROM big x JOIN shared y ON x.b = y.a');
  expect([rowsMax(joined), rowsDeclared(joined)]).toEqual([2000n, 1000n]);
});
