import type { EngineParts } from '../../../src/engine/party-engine.ts';
import type { Planner } from '../../../src/engine/planner.ts';
import type { Prepared } from '../../../src/engine/prepare.ts';
import { programDigest } from '../../../src/program/digest.ts';
import { isInteractive, measure } from '../../../src/program/measure.ts';
import type { Program, Stage } from '../../../src/program/program.ts';
import type { MemoryOptions, TraceEntry } from '../../../src/transport/memory.ts';
import { type Consortium, inProcessConsortium } from '../../engine/consortium.ts';
import { plainTable, variedRow } from '../../security/plain-table.ts';
import { rowTable } from '../../security/row-table.ts';

/** Rows of two owners; with chunks of 1024 rows several chunks share a lane. */
const ROWS = [2100, 90];
/** So few rows that a lie costs next to nothing. */
const SMALL = [
  rowTable('u', [4], (n) => ({ id: n, k: [2, 7, null, 2][n] ?? null, x: n - 2, word: wordOf(n) })),
  rowTable('v', [3], (n) => ({ id: n + 2, k: n, x: 1 - n, word: wordOf(n + 1) })),
  rowTable('w', [1, 1], (n) => ({ id: n + 6, k: n, x: n, word: wordOf(n) })),
];
/** So few rows are sorted by a network, as no statement asks for by itself. */
const NETWORK_ROWS = 3;

/** Scalars from sums over many rows. */
const SCALARS: readonly string[] = [
  'SELECT COUNT(*), SUM(b), SUM(a * b), SUM(a + c) FROM t WHERE a < 700',
  'SELECT word, SUM(b), MIN(c) FROM t WHERE id < 1900 GROUP BY word ORDER BY SUM(a) LIMIT 2',
  'SELECT AVG(b), MAX(a), SUM(c * c) FROM t WHERE flag',
];

/** Relations of a few rows. */
export const RELATIONS: readonly string[] = [
  'SELECT k, x FROM u ORDER BY x LIMIT 2',
  'SELECT k, SUM(x) FROM u GROUP BY k',
  'SELECT u.x, v.word FROM u LEFT JOIN v ON u.k = v.id',
  'SELECT u.x, v.x FROM u JOIN v ON u.word = v.word',
  'SELECT word, SUM(x) OVER (ORDER BY x) FROM v',
  'SELECT COUNT(*) FROM u JOIN w ON u.k = w.id',
];

/** Together these send every kind of message. */
export const STATEMENTS: readonly string[] = [...SCALARS, ...RELATIONS];

/** A consortium whose network can be ruled for one query at a time. */
export interface Battlefield {
  readonly consortium: Consortium;
  /** Rules the network of the queries that `work` asks. */
  under<T>(options: MemoryOptions, work: () => Promise<T>): Promise<T>;
}

/** `alter` may give a party other parts than it should have. */
export async function battlefield(
  alter: (parts: EngineParts) => EngineParts = (parts) => parts,
): Promise<Battlefield> {
  let options: MemoryOptions = {};
  const consortium = await inProcessConsortium(
    [plainTable(ROWS, variedRow), ...SMALL],
    () => options,
    (parts) => withOtherStages(alter(parts)),
  );
  return {
    consortium,
    under: async (wanted, work) => {
      options = wanted;
      try {
        return await work();
      } finally {
        options = {};
      }
    },
  };
}

/** A statement's honest run: its messages in order, and its answer as text. */
export interface Honest {
  readonly sql: string;
  readonly trace: readonly TraceEntry[];
  readonly rows: string;
}

export async function honestRun(field: Battlefield, sql: string): Promise<Honest> {
  const trace: TraceEntry[] = [];
  const { rows } = await field.under({ record: trace }, () => field.consortium.query(sql));
  return { sql, trace, rows: textOf(rows) };
}

/** Rows as text, bigints included; in one order, as rows without ORDER BY come in any. */
function textOf(rows: readonly unknown[]): string {
  const text = (row: unknown) =>
    JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  return rows.map(text).sort().join('\n');
}

function wordOf(n: number): 'AK' | 'NY' {
  return n % 2 === 0 ? 'AK' : 'NY';
}

/** The same plans in chunks of 1024 rows, and with sorting networks, at every party alike. */
function withOtherStages(parts: EngineParts): EngineParts {
  const planner: Planner = {
    outline: (...question) => parts.planner.outline(...question),
    plan: async (...question) => changed(parts, await parts.planner.plan(...question)),
  };
  return { ...parts, planner };
}

function changed({ crypto }: EngineParts, prepared: Prepared): Prepared {
  const stages = prepared.program.stages.map(changedStage);
  const program: Program = { ...prepared.program, stages };
  const measurement = measure(program, isInteractive(program) || prepared.tables.length > 0);
  return { ...prepared, program, measurement, digest: programDigest(crypto, program) };
}

function changedStage(stage: Stage): Stage {
  if (stage.kind === 'rows') return { ...stage, chunkRows: 1024 };
  const isSmall = stage.kind === 'sort' && stage.rows <= NETWORK_ROWS;
  return isSmall ? { ...stage, method: 'network' } : stage;
}
