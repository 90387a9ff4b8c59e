import { beforeAll, describe, expect, it } from 'vitest';
import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import type { Identity } from '../../server/identity/certificate.ts';
import { createIdentity } from '../../server/identity/create-identity.ts';
import { decodeAnswer } from '../../src/client/query/answer-codec.ts';
import { decodeProgress } from '../../src/client/query/progress-codec.ts';
import type { AdmittedQuery, QueryAnswer, QueryProgress } from '../../src/engine/query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { answerOf } from '../client/answers.ts';
import { type Fixture, makeFixture } from './consortium-fixture.ts';
import { claim, makeControl } from './control-fixture.ts';

const SUBMIT = '/v1/queries?wait=1';
const ID = '0123456789abcdef0123456789abcdef';
const request = {
  requestId: ID,
  sql: 'SELECT 1',
  analystKey: Buffer.alloc(32, 7).toString('base64'),
};

let fixture: Fixture;
let members: Readonly<Record<'owner' | 'analyst' | 'other' | 'admin', Identity>>;
beforeAll(async () => {
  const made = await makeFixture(false);
  const other = await createIdentity('other');
  const second = { name: 'other', roles: ['analyst'], certificate: other.certificate } as const;
  members = { ...made.members, other };
  const { consortium } = made;
  fixture = { ...made, consortium: { ...consortium, members: [...consortium.members, second] } };
});

type Control = Awaited<ReturnType<typeof makeControl>>;
type Who = keyof typeof members;

async function send(
  { app }: Control,
  who: Who,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  payload?: object,
) {
  const headers = claim(members[who]);
  const reply = await app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: reply.statusCode, body: reply.body === '' ? undefined : reply.json() };
}

const post = (control: Control, who: Who, url: string, payload: object) =>
  send(control, who, 'POST', url, payload);

describe('queries that are waited for', () => {
  it('are answered in a form that the client reads', async () => {
    const { publicKey } = await nodePlatform.createKey();
    const analystKey = Buffer.from(publicKey).toString('base64');
    const control = await makeControl(fixture, async (query) => answerOf(query, 0));
    const { body, status } = await post(control, 'analyst', SUBMIT, {
      ...request,
      analystKey,
    });
    expect(status).toBe(200);
    expect(decodeAnswer(JSON.stringify(body)).explain).toBe('a plan');
  });

  it('fail with the position in the statement', async () => {
    const control = await makeControl(fixture);
    expect(await post(control, 'analyst', SUBMIT, request)).toEqual({
      status: 400,
      body: { error: { code: 'SQL_SYNTAX', message: 'not SQL', line: 3, column: 7 } },
    });
  });

  it('are for analysts', async () => {
    const control = await makeControl(fixture);
    for (const who of ['owner', 'admin'] as const) {
      expect(await post(control, who, SUBMIT, request)).toMatchObject({
        status: 403,
        body: { error: { code: 'AUTH_DENIED' } },
      });
    }
    const stranger = await control.app.inject({ method: 'POST', url: SUBMIT });
    expect(stranger.statusCode).toBe(403);
  });

  it.each([
    { requestId: 'A'.repeat(32) },
    { requestId: 1 },
    { sql: undefined },
    { analystKey: 'AAAA' },
    { more: 1 },
    { parameters: [{ number: '1; DROP' }] },
    { parameters: [1] },
    { parameters: Array(300).fill(null) },
    { network: { name: 'x', roundTripSeconds: 0, bytesPerSecond: 1 } },
    { network: { name: 'x', roundTripSeconds: 1, bytesPerSecond: 1, more: 1 } },
    { timeoutSeconds: 0 },
  ])('are refused if malformed, case %#', async (change) => {
    const control = await makeControl(fixture);
    const reply = await post(control, 'analyst', SUBMIT, { ...request, ...change });
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'REQUEST_INVALID' } } });
  });

  it('keep what we did not foresee inside, in answer and log', async () => {
    const control = await makeControl(fixture, async () => {
      throw new RangeError('value 4711 of row 3');
    });
    const reply = await post(control, 'analyst', SUBMIT, request);
    expect(reply).toMatchObject({ status: 500, body: { error: { code: 'TACIT_INVARIANT' } } });
    expect(control.logged.join('')).toContain('RangeError');
    expect(JSON.stringify(reply) + control.logged.join('')).not.toContain('4711');
  });

  it('are cancelled when the client goes away', async () => {
    let cancelled: () => void = () => {};
    const seen = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    const abort = new AbortController();
    const control = await makeControl(fixture, (_query, signal) => {
      setTimeout(() => abort.abort(), 10);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          cancelled();
          reject(new TypeError('cancelled'));
        });
      });
    });
    const origin = await control.app.listen({ host: '127.0.0.1', port: 0 });
    const body = JSON.stringify(request);
    const headers = { ...claim(fixture.members.analyst), 'content-type': 'application/json' };
    const pending = fetch(`${origin}${SUBMIT}`, {
      method: 'POST',
      headers,
      body,
      signal: abort.signal,
    });
    await expect(pending).rejects.toThrowError();
    await seen;
    await control.app.close();
  });
});

/** An engine whose one query runs until it is told how to end. */
async function withJob() {
  let progress: QueryProgress | undefined = { state: 'queued', place: 3 };
  const heard: AdmittedQuery[] = [];
  let finish: (answer: QueryAnswer) => void = () => {};
  const control = await makeControl(
    fixture,
    (query, signal) => {
      heard.push(query);
      return new Promise((resolve, reject) => {
        finish = (answer) => {
          progress = undefined;
          resolve(answer);
        };
        signal.addEventListener('abort', () => reject(new TacitError('CANCELLED', 'no more')));
      });
    },
    async () => progress,
  );
  const { publicKey } = await nodePlatform.createKey();
  const analystKey = Buffer.from(publicKey).toString('base64');
  const parameters = [null, true, 'x', { number: '-1.5e3' }];
  const network = { name: 'far', roundTripSeconds: 0.05, bytesPerSecond: 1e7 };
  const body = { ...request, analystKey, parameters, network, timeoutSeconds: 9 };
  const submitted = await post(control, 'analyst', '/v1/queries', body);
  expect(submitted).toEqual({ status: 202, body: { requestId: ID, state: 'queued' } });
  return {
    control,
    heard,
    body,
    finish: () => finish(answerOf(heard[0] as AdmittedQuery, 0)),
    tell: (next: QueryProgress) => {
      progress = next;
    },
  };
}

const JOB = `/v1/queries/${ID}`;

describe('queries as jobs', () => {
  it('are handed to the engine whole, with the identity of who asked', async () => {
    const { body, heard } = await withJob();
    const { analystKey, ...rest } = body;
    expect(heard).toMatchObject([rest]);
    expect(heard[0]?.analyst).toMatch(/^[0-9a-f]{64}$/);
    expect(Buffer.from(heard[0]?.analystKey ?? []).toString('base64')).toBe(analystKey);
  });

  it('tell where they stand, to their analyst and to admins', async () => {
    const job = await withJob();
    const state = async (who: Who) => (await send(job.control, who, 'GET', JOB)).body;
    expect(await state('analyst')).toEqual({ requestId: ID, state: 'queued', place: 3 });
    job.tell({ state: 'running', rounds: { done: 4, total: 9 } });
    const running = { requestId: ID, state: 'running', rounds: { done: 4, total: 9 } };
    expect(await state('admin')).toEqual(running);
    expect(decodeProgress(JSON.stringify(running))).toEqual({
      state: 'running',
      rounds: { done: 4, total: 9 },
    });
    job.finish();
    expect(await state('analyst')).toEqual({ requestId: ID, state: 'done' });
    expect((await state('other')).error.code).toBe('AUTH_DENIED');
    const unknown = await send(job.control, 'analyst', 'GET', `/v1/queries/${'f'.repeat(32)}`);
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'QUERY_UNKNOWN' } } });
  });

  it('give the answer to whom it belongs, as often as it is asked for', async () => {
    const job = await withJob();
    const waiting = send(job.control, 'analyst', 'GET', `${JOB}/answer`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    job.finish();
    const { body, status } = await waiting;
    expect(status).toBe(200);
    expect(decodeAnswer(JSON.stringify(body)).explain).toBe('a plan');
    expect(await send(job.control, 'analyst', 'GET', `${JOB}/answer`)).toEqual({ body, status });
    for (const who of ['other', 'admin', 'owner'] as const) {
      const denied = await send(job.control, who, 'GET', `${JOB}/answer`);
      expect(denied).toMatchObject({ status: 403, body: { error: { code: 'AUTH_DENIED' } } });
    }
    const again = await post(job.control, 'other', '/v1/queries', job.body);
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'QUERY_CONFLICT' } } });
  });

  it.each(['analyst', 'admin'] as const)('are cancelled by %s', async (who) => {
    const job = await withJob();
    const waiting = send(job.control, 'analyst', 'GET', `${JOB}/answer`);
    for (const foreign of ['other', 'owner'] as const) {
      expect((await send(job.control, foreign, 'DELETE', JOB)).status).toBe(403);
    }
    expect(await send(job.control, who, 'DELETE', JOB)).toEqual({ status: 204, body: undefined });
    expect((await waiting).body.error).toMatchObject({ code: 'CANCELLED', message: 'no more' });
    expect((await send(job.control, 'analyst', 'GET', JOB)).body).toMatchObject({
      state: 'cancelled',
      error: { code: 'CANCELLED' },
    });
    expect((await send(job.control, who, 'DELETE', JOB)).status).toBe(204);
  });

  it('do not keep an answer that has been waited for and taken', async () => {
    const { publicKey } = await nodePlatform.createKey();
    const control = await makeControl(fixture, async (query) => answerOf(query, 0));
    const analystKey = Buffer.from(publicKey).toString('base64');
    expect((await post(control, 'analyst', SUBMIT, { ...request, analystKey })).status).toBe(200);
    const later = await send(control, 'analyst', 'GET', `${JOB}/answer`);
    expect(later.body.error).toMatchObject({ code: 'QUERY_UNKNOWN' });
  });
});

describe('progress on the wire', () => {
  it.each([
    '{',
    '[]',
    '{}',
    '{"state":1}',
    '{"state":"running"}',
    '{"state":"running","rounds":{"done":1}}',
    '{"state":"running","rounds":{"done":-1,"total":2}}',
    '{"state":"queued","place":"1"}',
  ])('is refused if malformed: %s', (text) => {
    const refused = expect.objectContaining({ code: 'PEER_PROTOCOL' });
    expect(() => decodeProgress(text)).toThrowError(refused);
  });

  it('ends with the query', () => {
    expect(decodeProgress('{"state":"queued"}')).toEqual({ state: 'queued' });
    for (const state of ['done', 'failed', 'cancelled']) {
      expect(decodeProgress(JSON.stringify({ state }))).toBeUndefined();
    }
  });
});
