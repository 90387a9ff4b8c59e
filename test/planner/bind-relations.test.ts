import { afterAll, beforeAll, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { type Oracle, oracle } from '../oracle/duckdb.ts';
import { Rng } from '../oracle/rng.ts';
import { randomTable, type TestTable } from '../oracle/tables.ts';
import { meaning, sameAs, versionOf } from './clear-answer.ts';
import { RELATION_STATEMENTS } from './relation-statements.ts';

const LONG = process.env['TACIT_LONG'] === '1' ? 60 : 0;
const SEED = Number(process.env['TACIT_SEED'] ?? 100);

/** Seeds, and rows of the three tables: with NULLs and duplicates, one or all of them empty, or of one row. */
const WORLDS = [
  [1, [12, 15, 9]],
  [2, [20, 6, 14]],
  [3, [0, 5, 7]],
  [4, [6, 0, 5]],
  [5, [1, 1, 1]],
  [6, [0, 0, 0]],
  [7, [25, 30, 3]],
  ...Array.from({ length: LONG }, (_, k) => {
    const rng = new Rng(SEED + k);
    return [SEED + k, [rng.below(25), rng.below(25), rng.below(12)]] as const;
  }),
] as const;

const worlds: { readonly tables: readonly TestTable[]; readonly truth: Oracle }[] = [];

beforeAll(async () => {
  for (const [seed, counts] of WORLDS) {
    const tables = ['a', 'b', 'c'].map((name, k) =>
      randomTable(10 * seed + k, { name, rows: counts[k] ?? 0 }),
    );
    worlds.push({ tables, truth: await oracle(tables) });
  }
});
afterAll(() => {
  for (const { truth } of worlds) truth.close();
});

it.each(RELATION_STATEMENTS)('%s', async (sql) => {
  let equal = 0;
  for (const { tables, truth } of worlds) {
    const expected = await truth.run(sql);
    try {
      const bound = bind(parseStatement(sql), { tables: tables.map(versionOf) });
      for (const plan of [bound, optimize(bound)]) {
        sameAs(expected, meaning(plan, ...tables), plan);
      }
      equal++;
    } catch (error) {
      if (!isByBounds(error)) throw error;
    }
  }
  expect(equal).toBeGreaterThanOrEqual(4);
});

/** A refusal that tighter bounds of the columns would prevent. */
function isByBounds(error: unknown): boolean {
  return (
    error instanceof TacitError &&
    /bounds|at most \d+ (possible|different)|fit|not exact/.test(error.message)
  );
}
