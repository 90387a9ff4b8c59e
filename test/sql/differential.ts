import { inProcessConsortium } from '../engine/consortium.ts';
import { oracle } from '../oracle/duckdb.ts';
import { Rng } from '../oracle/rng.ts';
import { randomTable } from '../oracle/tables.ts';
import { compareQuery, isInformative } from './compare-query.ts';
import { condition } from './random/conditions.ts';
import { randomQuery } from './random/queries.ts';
import { type Coverage, sourceOf } from './random/source.ts';

/** What a differential run did. */
export interface DifferentialReport {
  readonly queries: number;
  /** Answers with a cell that is neither NULL nor 0. */
  readonly informative: number;
  /** Refused by our planner because the value might not fit (allowed), by error code. */
  readonly refused: Map<string, number>;
  /** DuckDB itself failed, e.g. by overflow of its narrower types. */
  readonly oracleFailed: number;
  readonly coverage: Coverage;
}

const QUERIES_PER_TABLE = 15;

/**
 * Random queries over random tables, each on DuckDB, the clear evaluator and three real parties; throws at the first
 * difference, naming seed, table and query. Statistics must equal EXPLAIN's prediction exactly.
 */
export async function runDifferential(seed: number, queries: number): Promise<DifferentialReport> {
  const rng = new Rng(seed);
  const coverage: Coverage = new Map();
  const refused = new Map<string, number>();
  const report = { informative: 0, oracleFailed: 0, done: 0 };
  while (report.done < queries) {
    const tableSeed = rng.word();
    const rows = rng.chance(0.1) ? {} : { rows: 20 + rng.below(180) };
    const table = randomTable(tableSeed, rows);
    const truth = await oracle([table]);
    const consortium = await inProcessConsortium([table]);
    try {
      for (let k = 0; k < QUERIES_PER_TABLE && report.done < queries; k++) {
        const query = randomQuery(sourceOf(rng, table, coverage, condition));
        const place = `seed ${seed}, table seed ${tableSeed} ${JSON.stringify(rows)}`;
        const context = `${place}: ${query.sql}`;
        const stage = { tables: [table], truth, consortium };
        const outcome = await compareQuery(query, stage, context);
        if (outcome === 'oracle failed') report.oracleFailed++;
        else if (typeof outcome === 'string') refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
        else {
          report.done++;
          if (isInformative(outcome)) report.informative++;
        }
      }
    } finally {
      truth.close();
    }
  }
  const { informative, oracleFailed } = report;
  return { queries, informative, refused, oracleFailed, coverage };
}
