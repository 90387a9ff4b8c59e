import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from './tacit.ts';

let place: Workplace;
beforeAll(async () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i},${['ca', 'ny'][i % 2]}`);
  place = await Workplace.create({
    'a.csv': `id,state\n${rows.join('\n')}\n`,
    'claims.yaml':
      'tables: { claims: { owner: a, source: a.csv, columns: { state: { dictionary: true } } } }\n',
  });
});
afterAll(() => place.remove());

describe('tacit up', () => {
  it('answers as tacit run does until it is interrupted, and leaves nothing', async () => {
    const running = place.start('up', `${place.dir}/claims.yaml`, '--port', '0');
    while (!running.stdout.includes('\n')) {
      expect(running.process.exitCode, running.stderr).toBeNull();
      await wait(20);
    }
    const url = running.stdout.trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const ask = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(`${url}/v1/query`, {
        ...{ method: 'POST', headers, body: JSON.stringify(body) },
      });
      return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
    };
    const sql = 'SELECT COUNT(*) AS n FROM claims WHERE state = ?';
    const [ca, ny] = await Promise.all(
      ['ca', 'xx'].map((state) => ask({ sql, parameters: [state] })),
    );
    expect(ca?.body).toEqual({
      ...{ sql, columns: [{ name: 'n', type: 'BIGINT' }], rows: [[6]] },
      tables: [{ name: 'claims', version: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      stats: expect.objectContaining({ security: 'active' }),
    });
    expect(ny?.body['rows']).toEqual([[0]]);
    expect(await ask({ sql: 'SELECT 1,\n nope FROM claims' })).toMatchObject({
      status: 404,
      body: { error: { code: 'SQL_UNKNOWN_COLUMN', line: 2, column: 2 } },
    });
    const tables = await (await fetch(`${url}/v1/tables`)).text();
    expect(JSON.parse(tables).tables).toMatchObject([{ name: 'claims', differences: [] }]);
    expect((await fetch(`${url}/v1/health`)).status).toBe(200);
    running.process.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(await place.leftovers()).toEqual([]);
  });
});
