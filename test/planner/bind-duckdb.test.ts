import { afterAll, describe, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { oracle } from '../oracle/duckdb.ts';
import { Rng } from '../oracle/rng.ts';
import { randomTable } from '../oracle/tables.ts';
import { condition } from '../sql/random/conditions.ts';
import { randomQuery } from '../sql/random/queries.ts';
import { sourceOf } from '../sql/random/source.ts';
import { meaning, sameAs, versionOf } from './clear-answer.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 11);
const TABLES = process.env['TACIT_LONG'] === '1' ? 150 : 12;
const QUERIES = 40;
/** Refusals that a right statement may meet: by bounds, by size, or because a DOUBLE would not be exact. */
const REFUSABLE = new Set(['SQL_OVERFLOW', 'SQL_TOO_LARGE', 'SQL_UNSUPPORTED']);

describe(`random statements mean what DuckDB says, seed ${SEED}`, () => {
  const rng = new Rng(SEED);
  const refused = new Map<string, number>();
  let [equal, failed] = [0, 0];

  it.each(Array.from({ length: TABLES }, (_, k) => k))('table %i', async () => {
    const seed = rng.word();
    const rows = rng.chance(0.15) ? rng.below(3) : 20 + rng.below(100);
    const table = randomTable(seed, { rows });
    const truth = await oracle([table]);
    const catalog = { tables: [versionOf(table)] };
    const source = sourceOf(rng, table, new Map(), condition);
    for (let k = 0; k < QUERIES; k++) {
      const { sql } = randomQuery(source);
      const expected = await truth.run(sql).catch(() => undefined);
      try {
        const bound = bind(parseStatement(sql), catalog);
        const plans = [bound, optimize(bound)];
        if (expected === undefined) failed++;
        else for (const plan of plans) sameAs(expected, meaning(plan, table), plan);
        if (expected !== undefined) equal++;
      } catch (error) {
        if (error instanceof TacitError && REFUSABLE.has(error.code)) {
          const reason = `${error.code} ${error.message.replace(/\d+/g, '#').slice(0, 70)}`;
          refused.set(reason, (refused.get(reason) ?? 0) + 1);
        } else if (expected !== undefined) {
          throw new Error(
            `seed ${SEED}, table seed ${seed} of ${rows} rows: ${sql}\n${String(error)}`,
            {
              cause: error,
            },
          );
        }
      }
    }
    truth.close();
  });

  afterAll(() => {
    const lines = [...refused]
      .sort(([, a], [, b]) => b - a)
      .map(([why, times]) => `  ${times} ${why}`);
    process.stdout.write(
      `seed ${SEED}: ${equal} equal, ${failed} where DuckDB failed\n${lines.join('\n')}\n`,
    );
    expect(equal).toBeGreaterThan(TABLES * QUERIES * 0.4);
  });
});
