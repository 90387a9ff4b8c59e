import type { TableVersion } from '../../src/catalog/table.ts';
import { decodeRows } from '../../src/client/query/decode-rows.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { prepare } from '../../src/engine/prepare.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { LAN } from '../../src/planner/network.ts';
import { evaluate } from '../../src/program/evaluate.ts';
import { measure } from '../../src/program/measure.ts';
import type { Consortium } from '../engine/consortium.ts';
import { type Cell, difference } from '../oracle/compare.ts';
import type { Oracle, OracleAnswer } from '../oracle/duckdb.ts';
import type { TestTable } from '../oracle/tables.ts';
import { clearRows, signed } from './clear-rows.ts';

/** A statement, and whether every row has its place: then rows must come in DuckDB's order. */
export interface ComparedQuery {
  readonly sql: string;
  readonly ordered: boolean;
}

/** What runs a statement: DuckDB and three parties, with the same tables. */
export interface Stage {
  readonly tables: readonly TestTable[];
  readonly truth: Oracle;
  readonly consortium: Consortium;
}

const REFUSABLE = new Set(['SQL_OVERFLOW', 'SQL_UNSUPPORTED', 'SQL_TOO_LARGE']);

/**
 * Runs a statement on DuckDB, the clear evaluator and three real parties; throws at a difference, naming the context. Returns
 * DuckDB's answer, `oracle failed`, or the code with which our planner refused because a value might not fit. Statistics must equal
 * EXPLAIN's prediction exactly.
 */
export async function compareQuery(
  { sql, ordered }: ComparedQuery,
  { tables, truth, consortium }: Stage,
  context: string,
): Promise<OracleAnswer | string> {
  let expected: OracleAnswer;
  try {
    expected = await truth.run(sql);
  } catch {
    return 'oracle failed';
  }
  const versions = newest(consortium.stores[0]?.tables() ?? []);
  if (versions.length !== tables.length) throw new Error('a table is not visible');
  let prepared: ReturnType<typeof prepare>;
  try {
    prepared = prepare(sql, { tables: versions }, LAN, nodeCrypto);
  } catch (error) {
    if (error instanceof TacitError && REFUSABLE.has(error.code)) return error.code;
    throw new Error(`${context}\n${String(error)}`, { cause: error });
  }
  const opened = evaluate(prepared.program, clearRows(versions, tables));
  const clear = decodeRows(prepared.shape, signed(opened));
  requireEqual(expected, clear, ordered, `clear evaluator: ${context}`);
  const result = await consortium.query(sql).catch((error: unknown) => {
    throw new Error(`${context}\n${String(error)}`, { cause: error });
  });
  requireEqual(expected, result.rows, ordered, `parties: ${context}`);
  const names = result.columns.map(({ name, type }) => `${name} ${type}`).join();
  const wanted = expected.columns.map(({ name, type }) => `${name} ${type}`).join();
  if (names !== wanted) throw new Error(`columns ${names} instead of ${wanted}: ${context}`);
  requireStatistics(prepared, result, context);
  return expected;
}

/** Of each table the version that queries read: the first one listed. */
function newest(versions: readonly TableVersion[]): TableVersion[] {
  const names = versions.map(({ definition }) => definition.name);
  return versions.filter((_, k) => names.indexOf(names[k] ?? '') === k);
}

/** What EXPLAIN predicts is exact, but for sorts: how many comparisons they made is in the receipt. */
function requireStatistics(
  { measurement, program }: ReturnType<typeof prepare>,
  { receipt, stats }: Awaited<ReturnType<Consortium['query']>>,
  context: string,
): void {
  const sorts = receipt?.body.sorts ?? [];
  const { total } = sorts.length === 0 ? measurement : measure(program, true, sorts);
  const measured = [stats.rounds, stats.bytesSentPerParty, stats.andGates, stats.multiplications];
  const predicted = [total.rounds, total.bytesPerParty, total.andGates, total.multiplications];
  if (JSON.stringify(measured) === JSON.stringify(predicted)) return;
  throw new Error(
    `stats ${JSON.stringify(measured)} but EXPLAIN says ${JSON.stringify(predicted)}: ${context}`,
  );
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

/** Whether an answer has a cell that is neither NULL nor 0. */
export function isInformative(answer: OracleAnswer): boolean {
  return answer.rows.some((row) =>
    row.some((cell) => cell !== null && cell !== 0n && cell !== 0 && cell !== 'x'),
  );
}
