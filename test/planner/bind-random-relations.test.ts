import { afterAll, describe, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { oracle } from '../oracle/duckdb.ts';
import { Rng } from '../oracle/rng.ts';
import { randomTable } from '../oracle/tables.ts';
import { randomRelationQuery } from '../sql/random/relations.ts';
import { meaning, sameAs, versionOf } from './clear-answer.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 21);
const WORLDS = process.env['TACIT_LONG'] === '1' ? 100 : 8;
const QUERIES = 40;
/** Refusals that a right statement may meet: by bounds, by size, or because a DOUBLE would not be exact. */
const REFUSABLE = new Set(['SQL_OVERFLOW', 'SQL_TOO_LARGE', 'SQL_UNSUPPORTED']);

describe(`random joins, subqueries and windows mean what DuckDB says, seed ${SEED}`, () => {
  const rng = new Rng(SEED);
  const refused = new Map<string, number>();
  let equal = 0;

  it.each(Array.from({ length: WORLDS }, (_, k) => k))('world %i', async () => {
    const seed = rng.word();
    const names = ['a', 'b', 'c'];
    const tables = names.map((name, k) =>
      randomTable(seed + k, { name, rows: rng.chance(0.1) ? 0 : rng.below(14) }),
    );
    const truth = await oracle(tables);
    for (let k = 0; k < QUERIES; k++) {
      const sql = randomRelationQuery(rng, names);
      const expected = await truth.run(sql).catch(() => undefined);
      if (expected === undefined) continue;
      try {
        const bound = bind(parseStatement(sql), { tables: tables.map(versionOf) });
        for (const plan of [bound, optimize(bound)])
          sameAs(expected, meaning(plan, ...tables), plan);
        equal++;
      } catch (error) {
        if (!(error instanceof TacitError) || !REFUSABLE.has(error.code)) {
          const message = `seed ${SEED}, tables of ${seed}: ${sql}\n${String(error)}`;
          throw new Error(message, { cause: error });
        }
        const reason = `${error.code} ${error.message.replace(/\d+/g, '#').slice(0, 90)}`;
        refused.set(reason, (refused.get(reason) ?? 0) + 1);
      }
    }
    truth.close();
  });

  afterAll(() => {
    const lines = [...refused].map(([why, times]) => `  ${times} ${why}`);
    process.stdout.write(`seed ${SEED}: ${equal} equal\n${lines.join('\n')}\n`);
    expect(equal).toBeGreaterThan(WORLDS * QUERIES * 0.5);
  });
});
