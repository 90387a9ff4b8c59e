import { decodeRows } from '../../src/client/query/decode-rows.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { prepare } from '../../src/engine/prepare.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { LAN } from '../../src/planner/network.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import { type Consortium, inProcessConsortium } from '../engine/consortium.ts';
import { type Cell, difference } from '../oracle/compare.ts';
import { type Oracle, type OracleAnswer, oracle } from '../oracle/duckdb.ts';
import { Rng } from '../oracle/rng.ts';
import { randomTable, type TestTable } from '../oracle/tables.ts';
import { clearRows, signed } from './clear-rows.ts';
import { condition } from './random/conditions.ts';
import { type RandomQuery, randomQuery } from './random/queries.ts';
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

const REFUSABLE = new Set(['SQL_OVERFLOW', 'SQL_UNSUPPORTED', 'SQL_TOO_LARGE']);
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
        const outcome = await compareOne(query, table, truth, consortium, context);
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

async function compareOne(
  { sql, ordered }: RandomQuery,
  table: TestTable,
  truth: Oracle,
  consortium: Consortium,
  context: string,
): Promise<OracleAnswer | string> {
  let expected: OracleAnswer;
  try {
    expected = await truth.run(sql);
  } catch {
    return 'oracle failed';
  }
  const { stores } = consortium;
  const tables = stores[0]?.tables() ?? [];
  const version = tables[0];
  if (version === undefined) throw new Error('table not visible');
  let prepared: ReturnType<typeof prepare>;
  try {
    prepared = prepare(sql, { tables }, LAN, nodeCrypto);
  } catch (error) {
    if (error instanceof TacitError && REFUSABLE.has(error.code)) return error.code;
    throw new Error(`${context}\n${String(error)}`, { cause: error });
  }
  const opened = evaluate(prepared.program, clearRows(version, table));
  const clear = decodeRows(prepared.shape, signed(opened));
  requireEqual(expected, clear, ordered, `clear evaluator: ${context}`);
  const result = await consortium.query(sql).catch((error: unknown) => {
    throw new Error(`${context}\n${String(error)}`, { cause: error });
  });
  requireEqual(expected, result.rows, ordered, `parties: ${context}`);
  const names = result.columns.map(({ name, type }) => `${name} ${type}`).join();
  const wanted = expected.columns.map(({ name, type }) => `${name} ${type}`).join();
  if (names !== wanted) throw new Error(`columns ${names} instead of ${wanted}: ${context}`);
  const { stats } = result;
  const { total } = prepared.measurement;
  const measured = [stats.rounds, stats.bytesSentPerParty, stats.andGates, stats.multiplications];
  const predicted = [total.rounds, total.bytesPerParty, total.andGates, total.multiplications];
  if (JSON.stringify(measured) !== JSON.stringify(predicted)) {
    throw new Error(
      `stats ${JSON.stringify(measured)} but EXPLAIN says ${JSON.stringify(predicted)}: ${context}`,
    );
  }
  return expected;
}

function requireEqual(
  expected: OracleAnswer,
  rows: readonly (readonly Cell[])[],
  ordered: boolean,
  context: string,
): void {
  const found = difference(expected, rows, ordered);
  if (found !== undefined) throw new Error(`${found}; ${context}`);
}

function isInformative(answer: OracleAnswer): boolean {
  return answer.rows.some((row) =>
    row.some((cell) => cell !== null && cell !== 0n && cell !== 0 && cell !== 'x'),
  );
}
