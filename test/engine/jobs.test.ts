import { describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { systemTimer } from '../../server/engine/timer.ts';
import { type Parties, runQuery } from '../../src/client/query/run-query.ts';
import { generateExchangeKeys } from '../../src/crypto/node-keys.ts';
import type { EngineParts } from '../../src/engine/party-engine.ts';
import type { QueryLimits, QueryProgress, QueryRequest } from '../../src/engine/query.ts';
import type { MemoryOptions } from '../../src/transport/memory.ts';
import { plainTable, variedRow } from '../security/plain-table.ts';
import { type Consortium, connectionOf, inProcessConsortium } from './consortium.ts';

const ROWS = 60;
const TABLE = plainTable([ROWS], (row) => ({ ...variedRow(row), a: row, b: row % 7 }));
/** Its answer tells queries apart. */
const sqlOf = (k: number) => `SELECT COUNT(*), SUM(b * a) FROM t WHERE a < ${k}`;
const answerTo = (k: number) => {
  const below = Array.from({ length: k }, (_, row) => row);
  return [[k, below.reduce((sum, row) => sum + row * (row % 7), 0)]];
};

const withLimits = (limits: Partial<QueryLimits>) => (parts: EngineParts) => ({
  ...parts,
  limits: { ...parts.limits, ...limits },
});

/** Every message takes a while, so that a query does too. */
const slowly = (ms: number): MemoryOptions => ({
  schedule: (deliver) => void systemTimer.start(ms, deliver),
});

const partiesFor = ({ engines }: Consortium, analyst: string) =>
  engines.map((engine, k) => connectionOf(engine, k, analyst)) as unknown as Parties;

const ask = (consortium: Consortium, analyst: string, sql: string, timeoutSeconds?: number) => {
  const statement = { sql, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) };
  return runQuery(partiesFor(consortium, analyst), statement, nodePlatform);
};

let requests = 0;
function freshRequest(sql: string): QueryRequest {
  const requestId = (++requests).toString(16).padStart(32, 'e');
  return { requestId, sql, analystKey: generateExchangeKeys().publicKey };
}

/** How each party's call ended, in party order. */
async function endsOf(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((end) => (end.status === 'fulfilled' ? 'answered' : `${end.reason.code}`));
}

describe('several analysts at a time', () => {
  it('get right answers, each as soon as it is fair', async () => {
    const consortium = await inProcessConsortium([TABLE], () => ({}), withLimits({ running: 2 }));
    const order: string[] = [];
    const asked = ['x', 'x', 'x', 'x', 'x', 'x', 'y', 'y', 'z', 'z'].map(async (analyst, k) => {
      const { rows } = await ask(consortium, analyst, sqlOf(k + 1));
      expect(rows).toEqual(answerTo(k + 1));
      order.push(analyst);
    });
    await Promise.all(asked);
    expect(order.length).toBe(10);
    // Two of x started at once; from then on one of each in turn.
    expect(order.slice(8)).toEqual(['x', 'x']);
    expect(consortium.engines.map((engine) => engine.progress('e'.repeat(32)))).toEqual(
      Array(3).fill(undefined),
    );
  });

  it('are told their place, then the rounds that are done', async () => {
    const consortium = await inProcessConsortium(
      [TABLE],
      () => slowly(2),
      withLimits({ running: 1 }),
    );
    const [first, second] = [freshRequest(sqlOf(5)), freshRequest(sqlOf(6))];
    const [scheduler, follower] = consortium.engines;
    const heard: (QueryProgress | undefined)[] = [];
    const calls = [first, second].flatMap((request) =>
      partiesFor(consortium, 'x').map((party) => party.query(request)),
    );
    let isOver = false;
    const over = Promise.allSettled(calls).then(() => {
      isOver = true;
    });
    while (!isOver) {
      heard.push(scheduler?.progress(first.requestId));
      const place = scheduler?.progress(second.requestId);
      if (heard.at(-1)?.state === 'running' && place?.state === 'queued') {
        expect(place.place ?? 1).toBe(1);
      }
      expect(follower?.progress(second.requestId)).not.toHaveProperty('place');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await over;
    expect(await endsOf(calls)).toEqual(Array(6).fill('answered'));
    const rounds = heard.flatMap((p) => (p?.state === 'running' ? [p.rounds] : []));
    const done = rounds.map((r) => r.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    const total = rounds.at(-1)?.total ?? 0;
    expect(total).toBeGreaterThan(5);
    expect(new Set(done).size).toBeGreaterThan(4);
    // The last rounds are over before anybody looks again.
    expect(done.at(-1)).toBeGreaterThanOrEqual(total - 2);
  });

  it('are refused when too many wait, in all or of one analyst', async () => {
    const consortium = await inProcessConsortium(
      [TABLE],
      () => slowly(1),
      withLimits({ running: 1, queued: 4 }),
    );
    const asked = ['x', 'x', 'x', 'x', 'y', 'y', 'z'].map((analyst, k) =>
      ask(consortium, analyst, sqlOf(k + 1)),
    );
    const ends = await Promise.allSettled(asked);
    const messages = ends.map((end) => (end.status === 'rejected' ? end.reason.message : ''));
    expect(messages.map((message) => message === '')).toEqual([
      ...[true, true, true, false],
      ...[true, true, false],
    ]);
    expect(messages[3]).toMatch(/^party 1: 2 of your queries wait here already/);
    expect(messages[6]).toMatch(/^party 1: 4 queries wait here already/);
  });
});

describe('a query that is cancelled', () => {
  it('while it runs ends at all parties, whichever is told', async () => {
    for (const told of [0, 1, 2]) {
      const consortium = await inProcessConsortium([TABLE], () => slowly(20));
      const request = freshRequest(sqlOf(9));
      const stop = new AbortController();
      const calls = partiesFor(consortium, 'x').map((party, k) =>
        party.query(request, k === told ? stop.signal : undefined),
      );
      const isRunning = () =>
        consortium.engines.every((e) => e.progress(request.requestId)?.state === 'running');
      while (!isRunning()) await new Promise((resolve) => setTimeout(resolve, 5));
      const started = performance.now();
      stop.abort();
      const ends = await endsOf(calls);
      expect(performance.now() - started).toBeLessThan(1000);
      expect(ends).toEqual([0, 1, 2].map((k) => (k === told ? 'CANCELLED' : 'PEER_CLOSED')));
      expect((await ask(consortium, 'x', sqlOf(4))).rows).toEqual(answerTo(4));
    }
  });

  it('while it waits leaves the queue', async () => {
    const consortium = await inProcessConsortium(
      [TABLE],
      () => slowly(5),
      withLimits({ running: 1 }),
    );
    const running = ask(consortium, 'x', sqlOf(3));
    const stop = new AbortController();
    const parties = partiesFor(consortium, 'x');
    const waiting = runQuery(parties, { sql: sqlOf(7) }, nodePlatform, { signal: stop.signal });
    const behind = ask(consortium, 'x', sqlOf(8));
    setTimeout(() => stop.abort(), 30);
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await running).rows).toEqual(answerTo(3));
    expect((await behind).rows).toEqual(answerTo(8));
  });
});

describe('a query that takes too long', () => {
  it("ends with the limit that it met, the analyst's or the party's", async () => {
    const slow = await inProcessConsortium([TABLE], () => slowly(50));
    const timeout = { code: 'QUERY_TIMEOUT', message: /ran for 0.1 s, which is its limit/ };
    const expected = { ...timeout, message: expect.stringMatching(timeout.message) };
    await expect(ask(slow, 'x', sqlOf(3), 0.1)).rejects.toMatchObject(expected);
    const strict = await inProcessConsortium(
      [TABLE],
      () => slowly(50),
      withLimits({ timeoutSeconds: 0.1 }),
    );
    await expect(ask(strict, 'x', sqlOf(3), 10)).rejects.toMatchObject(expected);
  });

  it('waiting for a party that was never asked names that party', async () => {
    const { engines } = await inProcessConsortium([TABLE]);
    const request = { ...freshRequest(sqlOf(3)), analyst: 'x', timeoutSeconds: 0.2 };
    const [, second, third] = engines;
    for (const engine of [second, third]) {
      await expect(engine?.query(request)).rejects.toMatchObject({
        code: 'QUERY_TIMEOUT',
        message: expect.stringMatching(/^party 1, which gives every query its turn, did not start/),
      });
    }
  });
});

describe('what all parties must have been asked alike', () => {
  it('includes the analyst, as each party knows it', async () => {
    const { engines } = await inProcessConsortium([TABLE]);
    const request = freshRequest(sqlOf(3));
    const calls = engines.map((engine, k) =>
      engine.query({ ...request, analyst: k === 2 ? 'somebody else' : 'x' }),
    );
    const ends = await Promise.allSettled(calls);
    for (const end of ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'PLAN_MISMATCH' } });
    }
  });
});
