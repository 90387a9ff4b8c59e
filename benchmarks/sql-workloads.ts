import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { stringify } from 'yaml';
import { loadConfig } from '../cli/config.ts';
import { TrialSession } from '../cli/run/session.ts';
import type { Security } from '../src/program/program.ts';
import { peakMemoryOfChildren } from './memory.ts';

/** One line of the report. */
export interface Figure {
  readonly work: string;
  readonly what: string;
  readonly seconds: number;
  /** Of them, waiting for checks. */
  readonly verifySeconds: number;
  readonly megabytesPerParty: number;
  /** Of them, messages of checks. */
  readonly verifyKilobytes: number;
  readonly rounds: number;
  readonly andGates: number;
  readonly multiplications: number;
  readonly peakMegabytes: number;
}

/** Tables that DuckDB generates from row numbers i, and a statement over them. */
interface Workload {
  readonly name: string;
  readonly tables: readonly {
    readonly name: string;
    readonly columns: string;
    readonly rows: number;
  }[];
  readonly sql: string | undefined;
}

const W1_COLUMNS =
  'hash(i) % 1048576 AS a, hash(i + 7000000) % 16 AS d, hash(i + 90000000) % 1048576 AS b';

function w1(rows: number): Workload {
  return {
    name: `W1 ${count(rows)} rows`,
    tables: [{ name: 't', columns: W1_COLUMNS, rows }],
    sql: 'SELECT SUM(b), COUNT(*) FROM t WHERE a < 500000 AND d = 7',
  };
}

/** Two tables of so many rows, joined on keys of 32 bits that are unique in one and match in half of the rows. */
function w6(rows: number): Workload {
  const key = (offset: number) => `(i + ${offset}) * 2654435761 % 4294967296 AS k`;
  return {
    name: `W6 join of 2 x ${count(rows)} rows`,
    tables: [
      { name: 'l', columns: `${key(0)}, hash(i) % 1048576 AS x`, rows },
      { name: 'r', columns: `${key(rows / 2)}, hash(i + 5) % 1048576 AS y`, rows },
    ],
    sql: 'SELECT SUM(r.y), COUNT(*) FROM l JOIN r ON l.k = r.k',
  };
}

/** Groups by one of 100,000 keys of 32 bits. */
function w8(rows: number): Workload {
  const columns = 'hash(i) % 100000 * 42949 + 7 AS k, (hash(i + 3) % 1048576)::BIGINT AS x';
  return {
    name: `W8 group ${count(rows)} rows`,
    tables: [{ name: 't', columns, rows }],
    sql: 'SELECT COUNT(*), MAX(s) FROM (SELECT k, SUM(x) AS s FROM t GROUP BY k) g',
  };
}

/** Last-touch attribution: for every conversion the campaign that the person saw last before it. */
function w9(exposures: number, conversions: number): Workload {
  const person = 'hash(i + 11) % 500000 AS person, hash(i + 23) % 2592000 AS moment';
  return {
    name: `W9 last touch, ${count(exposures)} exposures x ${count(conversions)} conversions`,
    tables: [
      { name: 'exposures', columns: `${person}, hash(i + 31) % 16 AS campaign`, rows: exposures },
      {
        name: 'conversions',
        columns: `${person}, hash(i + 37) % 65536 AS value`,
        rows: conversions,
      },
    ],
    sql: `SELECT touch % 16 AS campaign, COUNT(*) AS conversions, SUM(value) AS value FROM (
      SELECT value, MAX(touch) OVER (PARTITION BY person ORDER BY moment, kind ROWS UNBOUNDED PRECEDING) AS touch
      FROM (
        SELECT person, moment, 0 AS kind, moment * 16 + campaign AS touch, NULL AS value FROM exposures
        UNION ALL SELECT person, moment, 1, NULL, value FROM conversions
      ) t
    ) s WHERE value IS NOT NULL AND touch IS NOT NULL GROUP BY 1`,
  };
}

function count(rows: number): string {
  return rows.toLocaleString('en');
}

/** The SQL workloads by the name that `npm run bench NAME` takes. */
export const SQL_WORKLOADS: Readonly<Record<string, readonly Workload[]>> = {
  W1: [w1(100_000), w1(1_000_000), w1(10_000_000)],
  W6: [w6(10_000), w6(100_000), w6(262_144), w6(1_000_000)],
  W7: [
    {
      name: 'W7 1,000,000 rows, 16 groups',
      tables: [
        {
          name: 't',
          columns:
            "'group ' || (hash(i) % 16) AS g, hash(i + 1) % 1000 AS x, hash(i + 2) % 100000 AS y, (hash(i + 3) % 2001)::INTEGER - 1000 AS z",
          rows: 1_000_000,
        },
      ],
      sql: 'SELECT g, SUM(x), SUM(y), AVG(z), COUNT(*) FROM t GROUP BY g',
    },
  ],
  W8: [w8(262_144), w8(1_000_000)],
  W9: [w9(1_000_000, 100_000)],
  PUBLISH: [
    {
      name: 'publish 1,000,000 rows x 8 columns',
      tables: [
        {
          name: 't',
          columns: Array.from(
            { length: 8 },
            (_, k) => `hash(i + ${k}00000000) % 1048576 AS c${k}`,
          ).join(),
          rows: 1_000_000,
        },
      ],
      sql: undefined,
    },
  ],
};

/** Publishes the workload's tables to three party processes and runs its statement `runs` times; the median counts. */
export async function runSqlWorkload(
  workload: Workload,
  runs: number,
  security: Security,
): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'tacit-bench-'));
  const session = await TrialSession.create();
  try {
    const expected = await generate(dir, workload);
    const config = join(dir, 'config.yaml');
    const tables = workload.tables.map(({ name }, k) => {
      return [name, [{ owner: `o${k}`, source: `${name}.parquet` }]];
    });
    await writeFile(config, stringify({ tables: Object.fromEntries(tables) }));
    let published = 0;
    const started = performance.now();
    let ready = started;
    await session.open(loadConfig(config), { log: 'error', security }, (line) => {
      if (line.startsWith('three parties')) ready = performance.now();
      if (line.startsWith('published')) published = performance.now() - ready;
    });
    const figures = [
      figure(workload, 'publish (read, infer, split, upload, store)', published / 1000),
    ];
    if (workload.sql === undefined) return figures;
    const seconds: number[] = [];
    let last: Awaited<ReturnType<TrialSession['query']>> | undefined;
    for (let run = 0; run < runs; run++) {
      last = await session.query(workload.sql);
      seconds.push(last.stats.seconds.execute);
      if (JSON.stringify(sortRows(last.rows)) !== JSON.stringify(sortRows(expected))) {
        throw new Error(`${workload.name}: wrong answer ${JSON.stringify(last.rows)}`);
      }
    }
    if (last === undefined) return figures;
    const { stats } = last;
    figures.push({
      work: workload.name,
      what: 'query, execution',
      seconds: median(seconds),
      verifySeconds: stats.seconds.verify,
      megabytesPerParty: Math.max(...stats.bytesSentPerParty) / 1e6,
      verifyKilobytes: checkBytes(last.explain) / 1e3,
      rounds: stats.rounds,
      andGates: stats.andGates,
      multiplications: stats.multiplications,
      peakMegabytes: peakMemoryOfChildren() / 1e6,
    });
    return figures;
  } finally {
    await session.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Bytes of checks by EXPLAIN: most of a party, or what all have. */
function checkBytes(explain: string): number {
  const line = explain.split('\n').find((text) => text.startsWith('verification')) ?? '';
  const [, , bytes = '0'] = line.split(/ {2,}/);
  return Math.max(...bytes.split(' / ').map((text) => Number(text.replaceAll(',', ''))));
}

function figure(workload: Workload, what: string, seconds: number): Figure {
  return {
    work: workload.name,
    what,
    seconds,
    verifySeconds: 0,
    megabytesPerParty: 0,
    verifyKilobytes: 0,
    rounds: 0,
    andGates: 0,
    multiplications: 0,
    peakMegabytes: peakMemoryOfChildren() / 1e6,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Writes the tables as Parquet and returns DuckDB's own answer in the printed form of ours. */
async function generate(dir: string, { tables, sql }: Workload): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const { name, columns, rows } of tables) {
    const select = `SELECT ${columns} FROM range(${rows}) AS r(i)`;
    await connection.run(`CREATE TABLE ${name} AS ${select}`);
    await connection.run(`COPY ${name} TO '${join(dir, `${name}.parquet`)}' (FORMAT parquet)`);
  }
  const answer = sql === undefined ? [] : (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return answer as unknown[][];
}

function sortRows(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => row.map(printCell).join('|')).sort();
}

function printCell(cell: unknown): string {
  return typeof cell === 'number' && !Number.isInteger(cell) ? cell.toPrecision(9) : String(cell);
}
