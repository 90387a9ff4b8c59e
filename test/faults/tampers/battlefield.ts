import type { EngineParts } from '../../../src/engine/party-engine.ts';
import type { Planner } from '../../../src/engine/planner.ts';
import type { Prepared } from '../../../src/engine/prepare.ts';
import { programDigest } from '../../../src/program/digest.ts';
import { isInteractive, measure } from '../../../src/program/measure.ts';
import type { Program } from '../../../src/program/program.ts';
import type { MemoryOptions, TraceEntry } from '../../../src/transport/memory.ts';
import { type Consortium, inProcessConsortium } from '../../engine/consortium.ts';
import { plainTable, variedRow } from '../../security/plain-table.ts';

/** Rows of two owners; with chunks of 1024 rows several chunks share a lane. */
const ROWS = [2100, 90];

/** Together these send every kind of message. */
export const STATEMENTS: readonly string[] = [
  'SELECT COUNT(*), SUM(b), SUM(a * b), SUM(a + c) FROM t WHERE a < 700',
  'SELECT word, SUM(b), MIN(c) FROM t WHERE id < 1900 GROUP BY word ORDER BY SUM(a) LIMIT 2',
  'SELECT AVG(b), MAX(a), SUM(c * c) FROM t WHERE flag',
];

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
    [plainTable(ROWS, variedRow)],
    () => options,
    (parts) => withSmallChunks(alter(parts)),
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

/** Rows as text; bigints included. */
export function textOf(rows: unknown): string {
  return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** The same plans in chunks of 1024 rows, at every party alike. */
function withSmallChunks(parts: EngineParts): EngineParts {
  const planner: Planner = {
    outline: (...question) => parts.planner.outline(...question),
    plan: async (...question) => rechunked(parts, await parts.planner.plan(...question)),
  };
  return { ...parts, planner };
}

function rechunked({ crypto }: EngineParts, prepared: Prepared): Prepared {
  const stages = prepared.program.stages.map((stage) =>
    stage.kind === 'rows' ? { ...stage, chunkRows: 1024 } : stage,
  );
  const program: Program = { ...prepared.program, stages };
  const measurement = measure(program, isInteractive(program) || prepared.tables.length > 0);
  return { ...prepared, program, measurement, digest: programDigest(crypto, program) };
}
