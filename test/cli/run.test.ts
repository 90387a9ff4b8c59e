import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from './tacit.ts';

let place: Workplace;

beforeAll(async () => {
  const lines = Array.from(
    { length: 40 },
    (_, i) => `${i},${['ca', 'ny'][i % 2]},${i % 7 ? i : ''}`,
  );
  place = await Workplace.create({
    'a.csv': `id,state,amount\n${lines.slice(0, 25).join('\n')}\n`,
    'b.csv': `id,state,amount\n${lines.slice(25).join('\n')}\n`,
    'bad.csv': 'id,state,amount\n1,ca,2\n2,ny,seven,8\n3,ca,4\n',
    'claims.yaml': `tables:
  claims:
    - { owner: "hospital ../a 💊", source: a.csv }
    - { owner: analyst, source: b.csv }
    - columns: { state: { dictionary: true } }
`,
    'plain.yaml': 'tls: false\ntables:\n  claims: { owner: a, source: a.csv }\n',
    'empty.yaml': 'tables: {}\n',
    'broken.yaml': 'tables: { t: [{ owner: a, sauce: a.csv }] }\n',
    'badrow.yaml': 'tables: { t: [{ owner: a, source: bad.csv }] }\n',
    'queries.sql': 'SELECT COUNT(*) FROM claims;\n\nSELECT nope FROM claims; -- the end\n',
  });
});
afterAll(() => place.remove());

const file = (name: string) => `${place.dir}/${name}`;
const parse = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('tacit run', () => {
  it('answers statements in order, failed ones in their place', async () => {
    const sql =
      'SELECT state, COUNT(*) AS n, SUM(amount) AS total, AVG(amount) FROM claims GROUP BY state;' +
      "SELECT COUNT(*) FROM claims WHERE state = 'ca' AND amount IS NOT NULL AND id < 10;" +
      '  SELECT nope FROM claims ; SELECT 1 AS one';
    const args = ['run', file('claims.yaml'), '-e', sql, '--format', 'json'];
    const { code, stderr, stdout } = await place.tacit(args);
    expect(code, stderr).toBe(1);
    const [groups, count, failed, one, ...more] = parse(stdout);
    expect(more).toEqual([]);
    expect(groups.rows).toEqual([
      ['ca', 20, 338, 338 / 17],
      ['ny', 20, 337, 337 / 17],
    ]);
    expect(groups.columns.map((c: { type: string }) => c.type)).toEqual([
      'VARCHAR',
      'BIGINT',
      'HUGEINT',
      'DOUBLE',
    ]);
    expect(count.rows).toEqual([[4]]);
    expect(failed).toEqual({
      sql: 'SELECT nope FROM claims',
      error: expect.objectContaining({ code: 'SQL_UNKNOWN_COLUMN', line: 1, column: 8 }),
    });
    expect(one.rows).toEqual([[1]]);
    for (const { stats } of [groups, count, one]) expect(stats.security).toBe('active');
    expect(stderr).toContain('25 rows of hospital');
    expect(await place.leftovers()).toEqual([]);
  });

  it('reads a file of SQL, prints tables, and costs on stderr', async () => {
    const args = ['run', file('claims.yaml'), '--sql', file('queries.sql')];
    const { code, stderr, stdout } = await place.tacit(args);
    expect(code).toBe(1);
    expect(stdout).toBe('count_star()\n────────────\n          40\n');
    expect(stderr).toMatch(/1 row: \d+ rounds?.*security: active\)/);
    expect(stderr).toContain('error SQL_UNKNOWN_COLUMN at line 3, column 8');
  });

  it('says of passive parties that nobody verified them', async () => {
    const sql = 'SELECT SUM(amount) FROM claims WHERE id > 3';
    const args = ['run', file('plain.yaml'), '--security', 'passive', '-e', sql];
    const { code, stderr, stdout } = await place.tacit(args);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('252');
    expect(stderr).toMatch(/^passive: parties are trusted.*results are not verified$/m);
    expect(stderr).toMatch(/three parties are ready.*passive security/);
    expect(stderr).toMatch(/1 row: .*security: passive \(semi-honest\)/);
    const explained = await place.tacit([...args, '--explain', '--format', 'json']);
    expect(explained.stdout).toContain('security: passive (semi-honest)');
    const [{ stats }] = parse(explained.stdout);
    expect(stats.security).toBe('passive');
  });

  it('explains what it would cost, exactly, without running it', async () => {
    const sql = 'SELECT SUM(amount) FROM claims WHERE id > 3';
    const run = ['run', file('plain.yaml'), '--format', 'json'];
    const [predicted] = parse((await place.tacit([...run, '--explain'], sql)).stdout);
    expect(predicted.sql).toBe(sql);
    expect(predicted.columns).toEqual([{ name: 'explain', type: 'VARCHAR' }]);
    expect(predicted.rows.flat().join('\n')).toContain('discloses');
    const [actual] = parse((await place.tacit(run, sql)).stdout);
    expect({ ...actual.stats, seconds: 0 }).toEqual({ ...predicted.stats, seconds: 0 });
    expect(actual.rows).toEqual([[252]]);
  });

  it('needs no table, and no SQL', async () => {
    const csv = ['run', file('empty.yaml'), '--format', 'csv'];
    const some = await place.tacit([...csv, '-e', 'SELECT 1 AS a, NULL AS b']);
    expect(some).toMatchObject({ code: 0, stdout: 'a,b\r\n1,\r\n' });
    expect(await place.tacit(csv, ' -- nothing\n;')).toMatchObject({ code: 0, stdout: '' });
  });

  it('refuses a wrong configuration before anything starts', async () => {
    const broken = await place.tacit(['run', file('broken.yaml'), '-e', 'SELECT 1']);
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(/^error CONFIG_INVALID: .*sauce/);
    expect(broken.stderr).not.toContain('ready');
    const badRow = await place.tacit(['run', file('badrow.yaml'), '-e', 'SELECT 1']);
    expect(badRow).toMatchObject({ code: 1, stdout: '' });
    expect(badRow.stderr).toMatch(/error SOURCE_INVALID: .*bad\.csv.*row/);
    expect(await place.leftovers()).toEqual([]);
  });

  it('cleans up when it is interrupted', async () => {
    const running = place.start('run', file('claims.yaml'), '-e', 'SELECT 1');
    await expect.poll(() => place.leftovers(), { timeout: 20_000 }).not.toEqual([]);
    await wait(300);
    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, stdout: '' });
    expect(await place.leftovers()).toEqual([]);
  });

  it('tells its version and its options', async () => {
    expect((await place.tacit(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const wrong = await place.tacit(['run', file('empty.yaml'), '--format', 'xml']);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('table, json, csv');
  });
});
