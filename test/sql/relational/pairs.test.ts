import { expect, it } from 'vitest';
import { TacitError } from '../../../src/errors/tacit-error.ts';
import { parseStatement } from '../../../src/parser/parse.ts';
import { bind } from '../../../src/planner/bind/bind.ts';
import { optimize } from '../../../src/planner/rules/optimize.ts';
import { type Consortium, inProcessConsortium } from '../../engine/consortium.ts';
import { type Oracle, oracle } from '../../oracle/duckdb.ts';
import { Rng } from '../../oracle/rng.ts';
import type { TestTable } from '../../oracle/tables.ts';
import { meaning, sameAs, versionOf } from '../../planner/clear-answer.ts';
import { compareQuery, isInformative } from '../compare-query.ts';
import type { Coverage } from './draw.ts';
import { aggregateOfPairs } from './pairs.ts';
import { relationalTable } from './tables.ts';

const LONG = process.env['TACIT_LONG'] === '1';
const PLANS = Number(process.env['TACIT_QUERIES'] ?? (LONG ? 20_000 : 120));
/** Of so many whose answers say something one also runs on three parties. */
const SAMPLED = LONG ? 5 : 6;
const SEED = Number(process.env['TACIT_SEED'] ?? (LONG ? 20261124 : 8));
const QUERIES_PER_TABLES = 12;

interface Stage {
  readonly tables: readonly TestTable[];
  readonly truth: Oracle;
  readonly consortium: Consortium;
}

/** Whether the rule fired, and whether the answer says anything; undefined if the statement was refused. */
async function comparePlans(sql: string, { tables, truth }: Stage) {
  const expected = await truth.run(sql);
  try {
    const fired = new Set<string>();
    const bound = bind(parseStatement(sql), { tables: tables.map(versionOf) });
    const optimized = optimize(bound, (name) => fired.add(name));
    for (const plan of [bound, optimized]) sameAs(expected, meaning(plan, ...tables), plan);
    return { isEarly: fired.has('aggregateBeforeJoins'), informs: isInformative(expected) };
  } catch (error) {
    if (error instanceof TacitError && error.code === 'SQL_UNSUPPORTED') return undefined;
    throw error;
  }
}

it(
  `${PLANS} random sums over pairs equal DuckDB as plans, some on the clear evaluator and on three parties`,
  async () => {
    const rng = new Rng(SEED);
    const coverage: Coverage = new Map();
    let [done, ran, informative, early] = [0, 0, 0, 0];
    while (done < PLANS) {
      const tableSeed = rng.word();
      const own = new Rng(tableSeed);
      const tables = ['a', 'b', 'c'].map((name) => undeclared(relationalTable(own, name)));
      const [truth, consortium] = [await oracle(tables), await inProcessConsortium(tables)];
      const stage = { tables, truth, consortium };
      for (let k = 0; k < QUERIES_PER_TABLES && done < PLANS; k++) {
        const query = aggregateOfPairs({ rng, coverage });
        const context = `seed ${SEED}, table seed ${tableSeed}: ${query.sql}`;
        const found = await comparePlans(query.sql, stage).catch((error: unknown) => {
          throw new Error(`${context}\n${String(error)}`, { cause: error });
        });
        if (found === undefined) continue;
        done++;
        if (!found.isEarly) continue;
        early++;
        if (found.informs) informative++;
        if (!found.informs || informative % SAMPLED !== 0) continue;
        const outcome = await compareQuery(query, stage, context);
        if (typeof outcome !== 'string') ran++;
      }
      truth.close();
    }
    process.stdout.write(
      `seed ${SEED}: ${done} plans equal, ${early} with groups before joins, ${informative} of them informative; ${ran} ran\n`,
    );
    expect(early / done).toBeGreaterThan(0.2);
    expect(ran).toBeGreaterThan(0);
  },
  LONG ? 7_200_000 : 240_000,
);

/** Without multiplicities, so that pairs are many. */
function undeclared(table: TestTable): TestTable {
  const columns = table.definition.columns.map(({ multiplicity: _, ...each }) => each);
  return { ...table, definition: { ...table.definition, columns } };
}
