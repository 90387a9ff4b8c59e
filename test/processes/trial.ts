import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { open } from 'lmdb';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import {
  type Connections,
  TrialConsortium,
  type TrialOptions,
} from '../../cli/run/trial-consortium.ts';
import { acceptDefinition, proposeDefinition } from '../../src/client/publish/definitions.ts';
import type { OwnerSession } from '../../src/client/publish/owner-session.ts';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import { publishRows } from '../../src/client/publish/publisher.ts';
import {
  type QueryResult,
  type QueryStatement,
  runQuery,
} from '../../src/client/query/run-query.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { decodeTable, encodeTable } from '../../src/storage/records.ts';
import { type TableRecord, tableKey } from '../../src/storage/table-record.ts';
import { publishable, sharedDefinition } from '../oracle/publish.ts';
import type { TestTable } from '../oracle/tables.ts';

export const OWNER = 'owner';
/** Seconds until a silent party is given up; the machine may be busy. */
export const SILENCE_SECONDS = 3;
/** Nothing that fails may take longer than this, whatever happened. */
export const PATIENCE_MS = 30_000;

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
  readonly owner: OwnerSession;
  readonly analyst: Connections;

  private constructor(consortium: TrialConsortium) {
    this.consortium = consortium;
    this.owner = consortium.session(OWNER);
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

  /** Defines and publishes a table; `around` may replace what a party does. The same parts again are finished, not added. */
  async publish(
    table: TestTable,
    around: (party: PartyUploads, index: number) => PartyUploads = (party) => party,
  ): Promise<void> {
    const context = { crypto: nodeCrypto, ...(await loadKernels()) };
    const session = { ...this.owner, parties: this.owner.parties.map(around) };
    await proposeDefinition(session, sharedDefinition(table));
    await acceptDefinition(session, sharedDefinition(table));
    const { name } = table.definition;
    for (const part of table.parts) {
      const publication = { table: name, operation: 'append', part: publishable(part) } as const;
      await publishRows(session, context, publication);
    }
  }

  query(sql: string, more: Omit<QueryStatement, 'sql'> = {}): Promise<QueryResult> {
    return runQuery(this.analyst, { sql, ...more }, nodePlatform);
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

/** Changes what one party keeps about a table behind its back, while it is stopped. */
export async function alterTable(
  trial: Trial,
  party: number,
  name: string,
  change: (record: TableRecord) => TableRecord,
): Promise<void> {
  await trial.consortium.killParty(party);
  const root = open({ path: join(trial.consortium.directory(party), 'data'), maxDbs: 4 });
  const tables = root.openDB<Uint8Array, string>('tables', { encoding: 'binary' });
  const bytes = tables.get(tableKey(name));
  if (bytes === undefined) throw new TypeError(`party ${party + 1} has no table ${name}`);
  await tables.put(tableKey(name), encodeTable(change(decodeTable(bytes))));
  await root.close();
  await trial.consortium.startParty(party);
}
