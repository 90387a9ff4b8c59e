import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import type { Connections } from '../../cli/run/trial-consortium.ts';
import { toBase64 } from '../../src/client/base64.ts';
import {
  type QueryOptions,
  type QueryStatement,
  runQuery,
} from '../../src/client/query/run-query.ts';
import { generateExchangeKeys } from '../../src/crypto/node-keys.ts';
import type { QueryProgress } from '../../src/engine/query.ts';
import { numbers, outcomeOf, Trial } from './trial.ts';

const ROWS = 3000;
/** Takes seconds, so that something can happen meanwhile. */
const LARGE_ROWS = 600_000;
const ANALYSTS = ['analyst', 'second', 'third'];
const sqlOf = (k: number) => `SELECT COUNT(*), SUM(b) FROM t WHERE a < ${k}`;
const LONG_SQL = 'SELECT COUNT(*), SUM(a * b), SUM(b * b) FROM large WHERE a * a < b AND a > 3';

let trial: Trial;
let connections: readonly Connections[];

beforeAll(async () => {
  trial = await Trial.start({ analysts: ANALYSTS.slice(1), queries: { running: 2, queued: 20 } });
  await trial.publish(numbers('t', ROWS));
  await trial.publish(numbers('large', LARGE_ROWS));
  connections = ANALYSTS.map((name) => trial.consortium.analyst(name));
}, 180_000);
afterAll(() => trial?.close());

function ask(analyst: number, statement: QueryStatement, options?: QueryOptions) {
  return runQuery(connections[analyst] as Connections, statement, nodePlatform, options);
}

/** What {@link sqlOf} must answer, from the formulas of the table's values. */
function answerTo(k: number): number[][] {
  const rows = Array.from({ length: ROWS }, (_, row) => row).filter((row) => (row * 37) % 1000 < k);
  return [[rows.length, rows.reduce((sum, row) => sum + ((row * 7919) % 1_048_576), 0)]];
}

async function expectAnswer(k = 500): Promise<void> {
  const { code, done, message } = await outcomeOf(ask(0, { sql: sqlOf(k) }));
  expect(done?.rows, `${code}: ${message}`).toEqual(answerTo(k));
}

/** It should take a fraction of a second; a machine that does other things too may need some more. */
function expectSoon(ms: number, what: string): void {
  process.stdout.write(`  ${what}: ${Math.round(ms)} ms\n`);
  expect(ms, what).toBeLessThan(5000);
}

/** Resolves when the query runs; `calls` are those that hear of it. */
function running() {
  let tell: () => void = () => {};
  const isRunning = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const heard: QueryProgress[] = [];
  const onProgress = (progress: QueryProgress) => {
    heard.push(progress);
    if (progress.state === 'running' && progress.rounds.done > 3) tell();
  };
  return { isRunning, onProgress, heard };
}

describe('ten queries of three analysts at a time', () => {
  it('are answered rightly, and nobody waits for all of another analyst', async () => {
    const order: number[] = [];
    const asked = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2].map(async (analyst, i) => {
      const { rows } = await ask(analyst, { sql: sqlOf(50 + 90 * i) });
      expect(rows).toEqual(answerTo(50 + 90 * i));
      order.push(analyst);
    });
    await Promise.all(asked);
    expect(order.length).toBe(10);
    // However their requests arrived: the first analyst's six cannot all be before the others' four.
    expect(order.slice(0, 6)).not.toEqual([0, 0, 0, 0, 0, 0]);
  }, 60_000);
});

describe('a query that runs', () => {
  it('tells its progress, and frees all parties within a second when it is cancelled', async () => {
    const stop = new AbortController();
    const { heard, isRunning, onProgress } = running();
    const options = { signal: stop.signal, onProgress };
    const asked = outcomeOf(ask(0, { sql: LONG_SQL }, options));
    await isRunning;
    const cancelled = performance.now();
    stop.abort();
    expect((await asked).code).toBe('CANCELLED');
    // Both places are free: two more run at once, and end long before the cancelled one could have.
    await Promise.all([expectAnswer(400), expectAnswer(600)]);
    expectSoon(performance.now() - cancelled, 'cancelled, and two more queries answered');
    for (const progress of heard) {
      if (progress.state !== 'running') continue;
      expect(progress.rounds.done).toBeLessThanOrEqual(progress.rounds.total);
    }
  }, 60_000);

  it('is cancelled at all parties by whoever tells one of them', async () => {
    const requestId = randomBytes(16).toString('hex');
    const analystKey = toBase64(generateExchangeKeys().publicKey);
    const body = Buffer.from(JSON.stringify({ requestId, sql: LONG_SQL, analystKey }));
    const [first, second] = connections as readonly [Connections, Connections];
    const submit = { method: 'POST', path: '/v1/queries', body, type: 'application/json' } as const;
    await Promise.all(first.map((party) => party.exchange(submit)));
    const path = `/v1/queries/${requestId}`;
    const states = () =>
      Promise.all(
        first.map(async (party) => {
          const reply = await party.exchange({ method: 'GET', path });
          return (JSON.parse(reply) as { state: string }).state;
        }),
      );
    while ((await states()).some((state) => state !== 'running')) await wait(20);
    const foreign = await outcomeOf(second[1].exchange({ method: 'DELETE', path }));
    expect(foreign.code).toBe('AUTH_DENIED');
    const cancelled = performance.now();
    await first[1].exchange({ method: 'DELETE', path });
    while ((await states()).includes('running')) await wait(10);
    expectSoon(performance.now() - cancelled, 'a cancelled query ended everywhere');
    expect(await states()).toEqual(['failed', 'cancelled', 'failed']);
    await expectAnswer();
  }, 60_000);

  it('ends by its own limit', async () => {
    const { code, message } = await outcomeOf(ask(1, { sql: LONG_SQL, timeoutSeconds: 0.5 }));
    expect(code, message).toBe('QUERY_TIMEOUT');
    expect(message).toBe('the query ran for 0.5 s, which is its limit');
    await expectAnswer();
  }, 60_000);
});

describe('a query that not every party was asked', () => {
  it.each([0, 1, 2])(
    'names the party: not asked is number %i',
    async (missing) => {
      const requestId = randomBytes(16).toString('hex');
      const { publicKey: analystKey } = generateExchangeKeys();
      const request = { requestId, sql: sqlOf(5), analystKey, timeoutSeconds: 2 };
      const asked = (connections[0] as Connections).filter((_, k) => k !== missing);
      const outcomes = await Promise.all(asked.map((party) => outcomeOf(party.query(request))));
      const told = outcomes.map(({ code, message }) => `${code}: ${message}`);
      expect(outcomes.map(({ done }) => done)).toEqual([undefined, undefined]);
      expect(told.join('\n')).toMatch(
        missing === 0
          ? /QUERY_TIMEOUT: .*party 1, which gives every query its turn, did not start/
          : new RegExp(`PEER_TIMEOUT: .*party ${missing + 1} did not start this query in time`),
      );
      await expectAnswer();
    },
    60_000,
  );
});

describe('kill -9 of a party while queries run and wait', () => {
  it.each([1, 0])(
    'is told to everybody at once: party number %i',
    async (victim) => {
      const { isRunning, onProgress } = running();
      const asked = [0, 1, 2, 0, 1, 2].map((analyst, i) =>
        outcomeOf(ask(analyst, { sql: LONG_SQL }, i === 0 ? { onProgress } : {})),
      );
      await isRunning;
      await trial.consortium.killParty(victim);
      for (const { code, message } of await Promise.all(asked)) {
        expect(code, message).toMatch(/^(PEER_CLOSED|PARTY_UNREACHABLE)$/);
        expect(message).toContain(`party ${victim + 1}`);
      }
      await trial.consortium.startParty(victim);
      await expectAnswer();
    },
    90_000,
  );
});
