import { inProcessConsortium } from '../../engine/consortium.ts';
import { oracle } from '../../oracle/duckdb.ts';
import { Rng } from '../../oracle/rng.ts';
import { compareQuery, isInformative } from '../compare-query.ts';
import type { Coverage } from './draw.ts';
import { relationalQuery } from './queries.ts';
import { relationalTable } from './tables.ts';

/** What a run of random relational queries did. */
export interface RelationalReport {
  readonly queries: number;
  /** Answers with a cell that is neither NULL nor 0. */
  readonly informative: number;
  /** Refused by our planner (allowed), by error code. */
  readonly refused: ReadonlyMap<string, number>;
  /** DuckDB itself failed. */
  readonly oracleFailed: number;
  readonly coverage: Coverage;
}

const QUERIES_PER_TABLES = 12;

/**
 * Random statements with joins, groups, windows and set operations over random small tables, each on DuckDB, the clear
 * evaluator and three real parties; throws at the first difference, naming seed and statement.
 */
export async function runRelational(seed: number, queries: number): Promise<RelationalReport> {
  const rng = new Rng(seed);
  const coverage: Coverage = new Map();
  const refused = new Map<string, number>();
  let [done, informative, oracleFailed] = [0, 0, 0];
  while (done < queries) {
    const tableSeed = rng.word();
    const own = new Rng(tableSeed);
    const tables = ['a', 'b', 'c'].map((name) => relationalTable(own, name));
    const truth = await oracle(tables);
    const consortium = await inProcessConsortium(tables);
    try {
      for (let k = 0; k < QUERIES_PER_TABLES && done < queries; k++) {
        const query = relationalQuery({ rng, coverage });
        const context = `seed ${seed}, table seed ${tableSeed}: ${query.sql}`;
        const outcome = await compareQuery(query, { tables, truth, consortium }, context);
        if (outcome === 'oracle failed') oracleFailed++;
        else if (typeof outcome === 'string') refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
        else {
          done++;
          if (isInformative(outcome)) informative++;
        }
      }
    } finally {
      truth.close();
    }
  }
  return { queries, informative, refused, oracleFailed, coverage };
}
