import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePostgresUrl } from '../../cli/sources/postgres-address.ts';
import { installedPostgres, RealPostgres } from './real-postgres.ts';
import { definitionOf, readRows } from './rows.ts';
import { type Answer, ScriptedPostgres } from './scripted-postgres.ts';

const SECRET = 'the password';
const DEFINITION = definitionOf({
  id: 'type: BIGINT',
  paid: 'type: "DECIMAL(9,2)", nullable: true',
  day: 'type: DATE',
  at: 'type: TIMESTAMP',
  ok: 'type: BOOLEAN',
  name: 'type: VARCHAR(20)',
});

beforeAll(() => {
  process.env['PGPASSWORD'] = SECRET;
});
afterAll(() => {
  delete process.env['PGPASSWORD'];
});

describe('a postgres URL', () => {
  it('says where a server is', () => {
    expect(parsePostgresUrl('postgres://me@localhost:5433/shop')).toEqual({
      label: 'postgres://localhost:5433/shop',
      ...{ host: 'localhost', port: 5433, user: 'me', database: 'shop', ssl: false },
    });
    expect(parsePostgresUrl('postgresql:///shop?host=/run/postgresql')).toEqual({
      label: 'postgres:///run/postgresql/shop',
      ...{ host: '/run/postgresql', database: 'shop', ssl: false },
    });
    const far = parsePostgresUrl('postgres://db.example/shop');
    expect(far.ssl).toEqual({ rejectUnauthorized: true });
    expect(parsePostgresUrl('postgres://db.example/shop?sslmode=disable').ssl).toBe(false);
  });

  it.each([
    ['postgres://me:hush@localhost/d', 'holds a password'],
    ['postgres://localhost/d?password=hush', 'holds a password'],
    ['postgres://localhost/d?sslmode=prefer', 'may have sslmode=verify-full'],
    ['postgres://localhost/d?options=-csearch_path=x', 'may have host, sslmode and sslrootcert'],
    ['postgres://db.example/d?sslrootcert=/no/such/hush.pem', 'cannot be read'],
    ['postgres://[', 'is not a URL'],
  ])('%s is refused without repeating a password', (url, problem) => {
    expect(() => parsePostgresUrl(url)).toThrow(problem);
    expect(() => parsePostgresUrl(url)).not.toThrow('me:hush');
  });
});

/** Answers that a server gives to the statements of one reading. */
function answersWith(rows: readonly (readonly (string | null)[])[]): (sql: string) => Answer {
  const columns = ['id', 'paid', 'day', 'at', 'ok', 'name'];
  let isFetched = false;
  return (sql) => {
    if (sql.includes('broken')) return { error: '22012', message: 'division by "hush"' };
    if (sql.includes('nowhere'))
      return { error: '42P01', message: 'relation "nowhere" does not exist' };
    if (!sql.startsWith('FETCH')) return { columns: [], rows: [] };
    const page = isFetched ? [] : rows;
    isFetched = !isFetched;
    return { columns, rows: page };
  };
}

describe('a scripted server that speaks PostgreSQL’s protocol', () => {
  let server: ScriptedPostgres;
  const row = ['7', '1.50', '2024-02-29', '2024-02-29 12:00:00.25', 't', 'Zoë'];
  beforeAll(async () => {
    server = await ScriptedPostgres.start(SECRET, answersWith([row, ['8', null, ...row.slice(2)]]));
  });
  afterAll(() => server.close());
  const url = () => `postgres://owner@127.0.0.1:${server.port}/shop`;

  it('gives rows, in a read-only transaction', async () => {
    const { values } = await readRows(DEFINITION, [url()], 'SELECT 1;\n');
    expect(values).toEqual({
      id: [7n, 8n],
      paid: [150n, null],
      day: [19782n, 19782n],
      at: [1709208000250000n, 1709208000250000n],
      ok: [1n, 1n],
      name: ['Zoë', 'Zoë'],
    });
    expect(server.queries[0]).toBe('BEGIN TRANSACTION READ ONLY');
    expect(server.queries).toContain(
      'DECLARE tacit NO SCROLL CURSOR FOR SELECT * FROM (\nSELECT 1\n) AS q',
    );
  });

  it('is asked for the table of the same name without a query', async () => {
    await readRows(DEFINITION, [url()]);
    expect(server.queries.some((sql) => sql.includes('(\nSELECT * FROM "t"\n)'))).toBe(true);
  });

  it('is named in errors, which quote SQL but no values', async () => {
    const label = `postgres://127.0.0.1:${server.port}/shop: `;
    const refused = (query: string, message: string) =>
      expect(readRows(DEFINITION, [url()], query)).rejects.toThrow(
        new RegExp(`^${label}${message}$`),
      );
    await refused(
      'SELECT nowhere',
      'PostgreSQL reports error 42P01: relation "nowhere" does not exist',
    );
    await refused('SELECT broken', 'PostgreSQL reports error 22012');
    process.env['PGPASSWORD'] = 'another';
    await refused(
      'SELECT 1',
      'PostgreSQL reports error 28P01: password authentication failed for user "owner"',
    );
    process.env['PGPASSWORD'] = SECRET;
    const tls = `${url()}?sslmode=verify-full`;
    await expect(readRows(DEFINITION, [tls], 'SELECT 1')).rejects.toThrow(
      'the server speaks no TLS',
    );
  });

  it('that is not there is said to be unreachable', async () => {
    const gone = await ScriptedPostgres.start(SECRET, answersWith([]));
    const { port } = gone;
    await gone.close();
    const error = readRows(DEFINITION, [`postgres://me@127.0.0.1:${port}/d`], 'SELECT 1');
    await expect(error).rejects.toThrow('it cannot be reached (ECONNREFUSED)');
  });
});

const BIN = installedPostgres();
if (BIN === undefined)
  process.stdout.write('  PostgreSQL is not installed: only the scripted server\n');
else {
  describe('a real PostgreSQL server', () => {
    let server: RealPostgres;
    const url = () => `postgres://owner@127.0.0.1:${server.port}/postgres`;
    beforeAll(async () => {
      server = await RealPostgres.start(BIN, SECRET);
      const client = new pg.Client({ connectionString: url() });
      await client.connect();
      await client.query(
        `CREATE TABLE t (id bigint, paid numeric, day date, "at" timestamptz, ok boolean, name text, more jsonb);
         INSERT INTO t SELECT n, n / 100.0, DATE '2024-01-01' + n % 366, TIMESTAMPTZ '2024-02-29 12:00:00+02',
           n % 2 = 0, 'name ' || n FROM generate_series(1, 10000) n`,
      );
      await client.end();
    });
    afterAll(() => server?.stop());

    it('gives all rows of the table, page by page', async () => {
      const { rows, unpublished, values } = await readRows(DEFINITION, [url()]);
      expect(rows).toBe(10_000);
      expect(unpublished).toEqual(['more']);
      expect(values['id']?.every((value, k) => value === BigInt(k + 1))).toBe(true);
      expect(values['paid']?.every((value, k) => value === BigInt(k + 1))).toBe(true);
      expect(values['name']?.at(-1)).toBe('name 10000');
      expect(new Set(values['at'])).toEqual(new Set([1709200800000000n]));
    });

    it('runs a query, and says where its result does not fit', async () => {
      const definition = definitionOf({
        ok: 'type: BOOLEAN',
        n: 'type: INTEGER, bounds: [0, 5000]',
      });
      const query = 'SELECT ok, count(*) AS n FROM t GROUP BY ok ORDER BY ok; ';
      const { values } = await readRows(definition, [url()], query);
      expect(values).toEqual({ ok: [0n, 1n], n: [5000n, 5000n] });
      await expect(
        readRows(definition, [url()], 'SELECT ok, id AS n FROM t'),
      ).rejects.toMatchObject({
        code: 'VALUE_OUT_OF_BOUNDS',
        message: `postgres://127.0.0.1:${server.port}/postgres, row 5001: the value of column n lies outside the declared bounds`,
      });
      await expect(readRows(definition, [url()], 'DELETE FROM t RETURNING ok, id')).rejects.toThrow(
        'PostgreSQL reports error 42601',
      );
      await expect(
        readRows(definition, [url()], "SELECT true AS ok, 'hush'::int AS n"),
      ).rejects.toThrow(/reports error 22P02$/);
    });
  });
}
