import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { buildGateway, type Question } from '../../server/gateway/app.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** A gateway that tells what it was asked. */
function makeGateway() {
  const asked: Question[] = [];
  const app = buildGateway({
    security: 'active',
    query: async (question) => {
      asked.push(question);
      return { status: 404, json: '{"sql":"..."}\n' };
    },
    tables: async () => ({ status: 200, json: '{"tables":[]}\n' }),
    consortium: () => '{"parties":[]}',
    alive: () => Promise.reject(new TacitError('PARTY_UNREACHABLE', 'party 2 does not answer')),
    version: '1.2.3',
    log: pino({ level: 'silent' }),
  });
  const post = (payload: object | string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/v1/query', payload, headers });
  return { app, asked, post };
}

describe('the gateway of tacit up', () => {
  it('passes SQL and parameters on, and the answer back as it is', async () => {
    const { asked, post } = makeGateway();
    const parameters = [null, true, 'x', 1.5, -3, { number: '12345678901234567890.5' }];
    const reply = await post({ sql: 'SELECT 1', parameters });
    expect(reply.statusCode).toBe(404);
    expect(reply.headers['content-type']).toContain('application/json');
    expect(reply.body).toBe('{"sql":"..."}\n');
    const exact = [{ number: '1.5' }, { number: '-3' }, { number: '12345678901234567890.5' }];
    expect(asked).toEqual([
      { sql: 'SELECT 1', parameters: [null, true, 'x', ...exact], receipt: false },
    ]);
    await post({ sql: 'SELECT 2', receipt: true });
    expect(asked[1]).toEqual({ sql: 'SELECT 2', parameters: [], receipt: true });
  });

  it.each<[string, object | string, Record<string, string>]>([
    ['no SQL', {}, {}],
    ['SQL that is no text', { sql: ['SELECT 1'] }, {}],
    ['more', { sql: 'SELECT 1', more: 1 }, {}],
    ['a receipt that is no truth value', { sql: 'SELECT 1', receipt: 'yes' }, {}],
    ['a parameter that is a list', { sql: 'SELECT 1', parameters: [[1]] }, {}],
    ['too many parameters', { sql: 'SELECT 1', parameters: Array(1001).fill(1) }, {}],
    ['no JSON', '{', { 'content-type': 'application/json' }],
    ['JSON as text, as a web page may send it', '{"sql":"x"}', { 'content-type': 'text/plain' }],
    ['another host, as a web page may resolve it', { sql: 'x' }, { host: 'evil.example' }],
    ['a long body', { sql: 'x'.repeat(4 * 1024 * 1024) }, {}],
  ])('refuses %s', async (_what, body, headers) => {
    const { asked, post } = makeGateway();
    const reply = await post(body, headers);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
    expect(asked).toEqual([]);
  });

  it('lists tables and tells whether all parties answer', async () => {
    const { app } = makeGateway();
    expect((await app.inject('/v1/tables')).body).toBe('{"tables":[]}\n');
    expect((await app.inject('/v1/consortium')).body).toBe('{"parties":[]}');
    const health = await app.inject({ url: '/v1/health', headers: { host: '127.0.0.1:7080' } });
    expect(health.statusCode).toBe(502);
    expect(health.json()).toMatchObject({ error: { code: 'PARTY_UNREACHABLE' } });
  });
});
