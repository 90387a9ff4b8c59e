import { it } from 'vitest';
import { inProcessConsortium } from '../../engine/consortium.ts';
import { oracle } from '../../oracle/duckdb.ts';
import { Rng } from '../../oracle/rng.ts';
import { compareQuery } from '../compare-query.ts';
import { relationalQuery } from './queries.ts';
import { relationalTable } from './tables.ts';
it('hunt', async () => {
  const rng = new Rng(Number(process.env['HUNT_SEED'] ?? 1));
  const seconds = Number(process.env['HUNT_SECONDS'] ?? 120);
  const coverage = new Map();
  const found = new Map<string, { n: number; sql: string }>();
  let ok = 0;
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    const tableSeed = rng.word();
    const own = new Rng(tableSeed);
    const tables = ['a', 'b', 'c'].map((name) => relationalTable(own, name));
    const truth = await oracle(tables);
    const consortium = await inProcessConsortium(tables);
    for (let k = 0; k < 12; k++) {
      const query = relationalQuery({ rng, coverage });
      try {
        const outcome = await compareQuery(query, { tables, truth, consortium }, '@@');
        if (typeof outcome === 'string') {
          const e = found.get(outcome) ?? { n: 0, sql: query.sql };
          e.n++; found.set(outcome, e);
        } else ok++;
      } catch (error) {
        const text = String(error instanceof Error ? error.message : error).replaceAll(/stats .*/g, 'stats').replaceAll(/\d+/g, '#').slice(0, 220);
        const e = found.get(text) ?? { n: 0, sql: `${query.sql}  -- table seed ${tableSeed}` };
        e.n++; found.set(text, e);
      }
    }
    truth.close();
  }
  console.log(`ok ${ok}`);
  for (const [text, { n, sql }] of [...found].sort((a, b) => b[1].n - a[1].n)) console.log(`${n} x ${text}\n      ${sql}`);
}, 3_600_000);
