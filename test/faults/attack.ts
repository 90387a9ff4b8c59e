import { expect } from 'vitest';
import { generateExchangeKeys } from '../../src/crypto/node-keys.ts';
import type { EngineParts } from '../../src/engine/party-engine.ts';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
import type { ErrorCode } from '../../src/errors/registry.ts';
import type { MemoryOptions, TraceEntry } from '../../src/transport/memory.ts';
import type { Timer } from '../../src/transport/timer.ts';
import { type Consortium, inProcessConsortium } from '../engine/consortium.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';

/** What became of one party's request. */
export type Outcome =
  | { readonly answer: QueryAnswer }
  | { readonly code: string; readonly message: string };

export const ROWS = [400, 300];
export const TABLE = plainTable(ROWS, variedRow);
/** AND layers, both messages of an injection, products, a conversion and its opening, dot products. */
export const SQL = 'SELECT COUNT(*), SUM(b), SUM(a * b), SUM(a + c) FROM t WHERE a < 700';

/** Real time: only for faults that nothing but the clock can end. */
const realTimer: Timer = {
  start: (ms, fn) => {
    const handle = setTimeout(fn, ms);
    return () => clearTimeout(handle);
  },
};

/**
 * A silent peer is given up after a fifth of a second. Without it parties wait for ever: a test that ends shows that nobody
 * depended on the clock.
 */
export const WATCHDOG: NonNullable<MemoryOptions['watchdog']> = {
  timer: realTimer,
  silenceMs: 200,
};

/** A consortium whose next query can be attacked; all others run undisturbed. */
export interface Stage {
  readonly consortium: Consortium;
  readonly expected: string;
  /** Asks every party while `options` rule its network; each outcome is that party's own. */
  attack(options: MemoryOptions, sql?: string): Promise<Outcome[]>;
  /** What the analyst is told when it asks under attack. */
  analyst(options: MemoryOptions, sql?: string): Promise<{ code: string; message: string }>;
  /** Messages sent during the last attack. */
  readonly record: TraceEntry[];
  /** The consortium still answers, and correctly. */
  recovers(): Promise<void>;
}

export async function stage(alter?: (parts: EngineParts) => EngineParts): Promise<Stage> {
  let options: MemoryOptions = {};
  const record: TraceEntry[] = [];
  const network = () => ({ record, ...options });
  const consortium = await inProcessConsortium([TABLE], network, alter);
  const under = async <T>(attack: MemoryOptions, work: () => Promise<T>): Promise<T> => {
    record.length = 0;
    options = attack;
    try {
      return await work();
    } finally {
      options = {};
    }
  };
  const expected = await rowsOf(consortium).catch(() => 'no answer even without an attack');
  return {
    consortium,
    expected,
    record,
    attack: (attack, sql = SQL) => under(attack, () => askEach(consortium, sql)),
    analyst: (attack, sql = SQL) =>
      under(attack, async () => {
        const failure = await consortium.query(sql).then(
          () => new Error('the analyst got an answer'),
          (error: unknown) => error,
        );
        const { code = 'no code', message } = failure as { code?: string; message: string };
        return { code, message };
      }),
    recovers: async () => {
      expect(await rowsOf(consortium)).toBe(expected);
      expect(await rowsOf(consortium, OTHER_SQL)).toBe(otherExpected());
    },
  };
}

const OTHER_SQL = 'SELECT SUM(id), COUNT(*) FROM t WHERE id < 650';

function otherExpected(): string {
  return JSON.stringify([[(649 * 650) / 2, 650]]);
}

async function rowsOf(consortium: Consortium, sql = SQL): Promise<string> {
  return JSON.stringify((await consortium.query(sql)).rows);
}

let requests = 0;

/** A request as an analyst would send it. */
export function freshRequest(sql: string): QueryRequest {
  const requestId = (++requests).toString(16).padStart(32, '0');
  return { requestId, sql, analystKey: generateExchangeKeys().publicKey };
}

/** Asks all parties at once, without an analyst who cancels the others when one fails. */
export async function askEach(consortium: Consortium, sql: string): Promise<Outcome[]> {
  const request = freshRequest(sql);
  const settled = await Promise.allSettled(consortium.parties.map((p) => p.query(request)));
  return settled.map((outcome) => {
    if (outcome.status === 'fulfilled') return { answer: outcome.value };
    const { code = 'no code', message } = outcome.reason as { code?: string; message: string };
    return { code, message };
  });
}

/** Codes per party, 'answered' for a party that released its shares. */
export function codesOf(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) => ('answer' in outcome ? 'answered' : outcome.code));
}

/** No party released anything, and some party says `code` with a message like `message`. */
export function expectRefused(
  outcomes: readonly Outcome[],
  code: ErrorCode,
  message: RegExp,
): void {
  expect(codesOf(outcomes)).not.toContain('answered');
  const said = outcomes.flatMap((o) => ('answer' in o || o.code !== code ? [] : [o.message]));
  expect(said.join('\n'), JSON.stringify(outcomes)).toMatch(message);
}
