import { afterAll, beforeAll, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { type Oracle, oracle } from '../oracle/duckdb.ts';
import { randomTable, type TestTable } from '../oracle/tables.ts';
import { meaning, sameAs, versionOf } from './clear-answer.ts';
import { STATEMENTS } from './statements.ts';

/** Seeds and row counts: tables with and without rows, with NULLs, with narrow and with wide bounds. */
const TABLES = [
  [1, 60],
  [2, 90],
  [3, 0],
  [4, 1],
  [5, 120],
] as const;

const worlds: { readonly table: TestTable; readonly truth: Oracle }[] = [];

beforeAll(async () => {
  for (const [seed, rows] of TABLES) {
    const table = randomTable(seed, { rows });
    worlds.push({ table, truth: await oracle([table]) });
  }
});
afterAll(() => {
  for (const { truth } of worlds) truth.close();
});

it.each(STATEMENTS)('%s', async (sql) => {
  let equal = 0;
  for (const { table, truth } of worlds) {
    const expected = await truth.run(sql);
    try {
      const bound = bind(parseStatement(sql), { tables: [versionOf(table)] });
      for (const plan of [bound, optimize(bound)]) sameAs(expected, meaning(plan, table), plan);
      equal++;
    } catch (error) {
      if (!isByBounds(error)) throw error;
    }
  }
  expect(equal).toBeGreaterThanOrEqual(3);
});

/** A refusal that tighter bounds of the columns would prevent. */
function isByBounds(error: unknown): boolean {
  return (
    error instanceof TacitError && /bounds|at most \d+ (possible|different)|fit/.test(error.message)
  );
}
