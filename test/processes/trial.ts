import { setTimeout as wait } from 'node:timers/promises';
import {
  type Connections,
  TrialConsortium,
  type TrialOptions,
} from '../../cli/run/trial-consortium.ts';
import type { AnalystPlatform } from '../../src/client/party-connection.ts';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import { publishTable } from '../../src/client/publish/publisher.ts';
import { type QueryResult, runQuery } from '../../src/client/query/run-query.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { generateExchangeKeys, unseal } from '../../src/crypto/node-keys.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { publishable } from '../oracle/publish.ts';
import type { TestTable } from '../oracle/tables.ts';

export const OWNER = 'owner';
/** Seconds until a silent party is given up; the machine may be busy. */
export const SILENCE_SECONDS = 3;
/** Nothing that fails may take longer than this, whatever happened. */
export const PATIENCE_MS = 30_000;

const platform: AnalystPlatform = {
  randomFill: (view) => nodeCrypto.randomFill(view),
  createKey: () => {
    const { privateKey, publicKey } = generateExchangeKeys();
    return { publicKey, unseal: (sealed, label) => unseal(privateKey, sealed, label) };
  },
  now: () => performance.now(),
};

/** What became of a call: `done`, or the code and message of its TacitError; and how long it took. */
export interface Outcome<T> {
  readonly done?: T;
  readonly code?: string;
  readonly message?: string;
  readonly ms: number;
}

/** Three real party processes with one owner and one analyst. */
export class Trial {
  readonly consortium: TrialConsortium;
  readonly owner: Connections;
  readonly analyst: Connections;

  private constructor(consortium: TrialConsortium) {
    this.consortium = consortium;
    this.owner = consortium.owner(OWNER);
    this.analyst = consortium.analyst();
  }

  static async start(options: Partial<TrialOptions> = {}): Promise<Trial> {
    const consortium = await TrialConsortium.create();
    try {
      const log = process.env['TACIT_LOG'] ? 'info' : 'silent';
      const usual = { owners: [OWNER], tls: true, log, silenceSeconds: SILENCE_SECONDS } as const;
      await consortium.start({ ...usual, ...options });
    } catch (error) {
      await consortium.close();
      throw error;
    }
    return new Trial(consortium);
  }

  async publish(table: TestTable, parties: readonly PartyUploads[] = this.owner): Promise<void> {
    const context = { crypto: nodeCrypto, ...(await loadKernels()) };
    await publishTable(context, publishable(table), parties);
  }

  query(sql: string, more: Omit<QueryStatement, 'sql'> = {}): Promise<QueryResult> {
    return runQuery(this.analyst, { sql, ...more }, platform);
  }

  close(): Promise<void> {
    return this.consortium.close();
  }
}

/** Waits for a call to end in either way; throws if it does not end in time. */
export async function outcomeOf<T>(call: Promise<T>, limitMs = PATIENCE_MS): Promise<Outcome<T>> {
  const started = performance.now();
  const ms = () => performance.now() - started;
  const stop = new AbortController();
  const late = wait(limitMs, undefined, { signal: stop.signal }).then(
    () => Promise.reject(new Error(`no end within ${limitMs} ms`)),
    () => new Promise<never>(() => {}),
  );
  const ended = call.then(
    (done): Outcome<T> => ({ done, ms: ms() }),
    (error: { code?: string; message: string }): Outcome<T> => ({
      code: error.code ?? 'no code',
      message: error.message,
      ms: ms(),
    }),
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    stop.abort();
  }
}

/** A table of one owner: `id` 0, 1, 2 ..., `a` below 1000, `b` below 2^20. */
export function numbers(name: string, rows: number): TestTable {
  const integer = { kind: 'integer', name: 'INTEGER' } as const;
  const columns = [
    { name: 'a', type: integer, nullable: false, bounds: { min: 0n, max: 999n } },
    { name: 'b', type: integer, nullable: false, bounds: { min: 0n, max: 1_048_575n } },
  ];
  const values = (of: (row: number) => number) => ({
    values: BigInt64Array.from({ length: rows }, (_, row) => BigInt(of(row))),
  });
  return {
    definition: { name, columns, keys: [] },
    parts: [{ owner: OWNER, rows, columns: [values(a), values(b)] }],
  };
}

const a = (row: number) => (row * 37) % 1000;
const b = (row: number) => (row * 7919) % 1_048_576;

export const numbersSql = (name: string) =>
  `SELECT COUNT(*), SUM(b), SUM(a * b) FROM ${name} WHERE a < 500 AND b > 1000`;

/** What {@link numbersSql} must answer. */
export function numbersAnswer(rows: number): (number | string)[][] {
  const picked = Array.from({ length: rows }, (_, row) => row).filter(
    (row) => a(row) < 500 && b(row) > 1000,
  );
  const sum = (of: (row: number) => number) => picked.reduce((total, row) => total + of(row), 0);
  return [[picked.length, sum(b), sum((row) => a(row) * b(row))]];
}
