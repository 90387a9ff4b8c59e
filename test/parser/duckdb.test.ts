import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { isPlainName, keywords, printIdentifier } from '../../src/parser/keywords.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { label, normalisedSql, print } from '../../src/parser/print.ts';
import { defaultName } from '../../src/parser/result-name.ts';
import { oneSelect } from './one-select.ts';
import { one, type Pick, randomCondition, randomSum, seeded } from './random-sql.ts';

const runs = process.env['TACIT_LONG'] === '1' ? 5000 : 300;
const seed = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
let duckdb: DuckDBConnection;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  await duckdb.run(`CREATE TABLE t AS SELECT * FROM
    (VALUES (-2::BIGINT), (0), (1), (3), (NULL)) a(a), (VALUES (-1::BIGINT), (0), (2), (NULL)) b(b),
    (VALUES (1::BIGINT), (2), (NULL)) c(c), (VALUES (true), (false), (NULL)) p(p),
    (VALUES (true), (false), (NULL)) q(q), (VALUES (true), (false)) r(r),
    (VALUES ('2020-02-29')) s(s), (VALUES (DATE '2020-01-31')) d(d)`);
});

describe(`reads as DuckDB does (seed ${seed})`, () => {
  it(`groups ${runs} random conditions the same way`, async () => {
    const pick = seeded(seed);
    let differsFromLeftToRight = 0;
    for (let i = 0; i < runs; i++) {
      const text = randomCondition(pick);
      const where = oneSelect(`SELECT a FROM t WHERE ${text}`).where;
      if (!where) throw new Error('no condition');
      const ours = i % 2 === 0 ? print(where) : label(where);
      expect(await countDifferences(text, ours), `${text}\nread as ${ours}`).toBe(0);
      if (await misread(text)) differsFromLeftToRight++;
    }
    // Otherwise the texts would prove nothing about AND before OR.
    expect(differsFromLeftToRight).toBeGreaterThan(runs / 20);
  });

  it('gives result columns the same names', async () => {
    const pick = seeded(seed + 1);
    const plain = [...LITERALS, ...many(runs, () => randomColumn(pick))];
    await compareNames(plain);
    const fns = ['SUM', 'Count', 'avg'];
    const sums = many(runs, () => `${one(pick, fns)}(${randomSum(pick)})`);
    await compareNames(AGGREGATES);
    await compareNames(FUNCTIONS);
    await compareNames(['COUNT(*)', '-SUM(a) + COUNT ( * ) * 2', 'COUNT(p)', ...sums]);
  });

  it('means the same by its normal form', async () => {
    for (const sql of STATEMENTS) {
      const ours = normalisedSql(parseStatement(sql));
      const [theirs, again] = [await rows(sql), await rows(ours)];
      expect(theirs.length).toBeGreaterThan(0);
      expect(again, `${sql}\nread as ${ours}`).toEqual(theirs);
    }
  });

  it('knows the same keywords and quotes the same names', async () => {
    const theirs = (await rows('SELECT keyword_name FROM duckdb_keywords()')).flat();
    expect(keywords()).toEqual([...new Set(theirs)].sort());
    const names = [
      'Abc',
      '_x',
      'a1',
      '1a',
      'a b',
      'é',
      'a"b',
      'a$',
      'Year',
      'SUM',
      'order',
      'date',
    ];
    for (const name of names) {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      const reader = await duckdb.runAndReadAll(
        `SELECT SUM(${quoted}) FROM (SELECT 1 AS ${quoted})`,
      );
      expect(reader.columnNames()).toEqual([`sum(${printIdentifier(name)})`]);
    }
  });

  it('takes the same keywords as names', async () => {
    for (const word of keywords().filter(isPlainName)) {
      const sql = `SELECT t.${word}, SUM(${word}) AS ${word} FROM t WHERE ${word} = 1 GROUP BY ${word}`;
      if (['filter', 'over', 'within'].includes(word)) continue;
      expect(print(parseStatement(sql).select)).toContain(`SUM("${word}") AS "${word}"`);
    }
  });
});

/** Each has an order, or one row. */
const STATEMENTS = [
  'SELECT DISTINCT a, b FROM t ORDER BY a DESC NULLS FIRST, b OFFSET 3 LIMIT 4',
  'SELECT DISTINCT a, b FROM t ORDER BY 1, 2 ASC NULLS LAST OFFSET 1 ROW FETCH NEXT 2 ROWS ONLY',
  'SELECT DISTINCT a FROM t ORDER BY a FETCH FIRST ROW ONLY',
  'SELECT DISTINCT a FROM t ORDER BY a LIMIT ALL OFFSET 2 ROWS',
  'SELECT DISTINCT a FROM t ORDER BY a DESC LIMIT 1 + 1 OFFSET 1',
  'SELECT a, COUNT(*) n FROM t GROUP BY ALL HAVING COUNT(*) > 1 ORDER BY a DESC',
  'SELECT a % 2 k, SUM(b) FILTER (WHERE p) FROM t GROUP BY 1 ORDER BY k',
  'SELECT * FROM (SELECT DISTINCT a, b FROM t) s(x, y) ORDER BY x, y',
  'SELECT u.*, u.x + 1 FROM (SELECT DISTINCT a FROM t) AS u(x) ORDER BY x',
  `WITH one AS (SELECT a, b FROM t WHERE a > 0), two(x, y) AS (SELECT a, SUM(b) FROM one GROUP BY a)
   SELECT x, y FROM two ORDER BY x`,
  'WITH one AS (WITH one AS (SELECT 1 AS a) SELECT a + 1 AS b FROM one) SELECT b FROM one',
  'SELECT SUBSTRING(s FROM 2), SUBSTRING(s FROM 2 FOR 3), SUBSTRING(s, 1, 4) FROM t LIMIT 1',
  "SELECT s::DATE::TIMESTAMP WITHOUT TIME ZONE, -'12'::INT + 1, CAST(1 AS DOUBLE PRECISION) / 3 FROM t LIMIT 1",
  "SELECT EXTRACT(year FROM d), d + INTERVAL 1 MONTH, d - INTERVAL ('2') DAYS, d + INTERVAL '1 week' FROM t LIMIT 1",
  'SELECT MAX(a) - MIN(b), COUNT(DISTINCT a), SUM(DISTINCT b) FILTER (WHERE NOT p) FROM t',
];

const LITERALS =
  `1|007|1.50|.5|0.5|000.50|1e5|1e-5|1E+16|1e15|1.5e3|1e-4|2.5E-7|0e0|1e400|99999999999999999999
|123456789012345678901234567890123456789|400000000000000000000000000000000000000|-1|- -1|-0|-0.0|-0e0
|-.5|-(1.50)|-(-(2))|1234567890123456789012345678901234567.55|'it''s'|''|TRUE|false|NULL|-NULL|NOT TRUE
|DATE '2020-01-01'|timestamp '2020-01-01 00:00:00'|NOT (NOT a = 1)|NOT NOT NOT a < 1|NOT (a NOT IN (1))
|NOT (a NOT BETWEEN 1 AND 2)|p AND (q AND r) AND (p OR (q OR r))|-(-a)|T.A = 1|"a" IN (1)`
    .replaceAll('\n', '')
    .split('|');

const FUNCTIONS = [
  ...['CASE WHEN p THEN 1 WHEN q THEN 2 ELSE 3 END', 'CASE a WHEN 1 THEN b END', 'a || b || c'],
  ...['GREATEST(a, b)', 'Year(d)', "date_trunc('month', d)", 'EXTRACT(Year FROM d)', 'left(s, 2)'],
  ...['SUBSTRING(s FROM 1 FOR 2)', 'SUBSTRING(s, 2)', 'substr(s, 2)', 'trim(s)', 'if(p, a, b)'],
  ...['NULLIF(a, b)', 'ifnull(a, b)', 'COALESCE(a, b, 1)', 'ROUND(1.5, 1)', 'mod(a, 2)', 'now()'],
  ...['p IS TRUE', 'NOT p IS NOT FALSE', 'NOT p IS UNKNOWN', 'NOT (a IS DISTINCT FROM b)'],
  ...["s LIKE 'x'", "NOT s NOT LIKE 'x'", "s ILIKE 'x'", "s NOT ILIKE 'x'"],
  ...["s LIKE 'x' ESCAPE '!'", "s NOT LIKE 'x' ESCAPE '!'", "s NOT ILIKE 'x' ESCAPE '!'"],
  ...[2, "'2'"].flatMap((amount) =>
    `MICROSECOND MILLISECONDS SECOND MINUTE HOUR DAYS WEEK MONTH QUARTER YEARS DECADE CENTURY
    CENTURIES MILLENNIUM MILLENNIA`
      .split(/\s+/)
      .map((unit) => `d + INTERVAL ${amount} ${unit}`),
  ),
  ...["INTERVAL '2 days'", 'INTERVAL (2) DAY', "DATE '2020-01-01'::TIMESTAMP", '-1::INT'],
  ...`TINYINT SMALLINT INT INTEGER BIGINT HUGEINT UTINYINT UBIGINT INT1 INT2 INT4 INT8 INT16 INT32
    INT64 INT128 SIGNED SHORT LONG OID FLOAT REAL FLOAT4 FLOAT8 DOUBLE DECIMAL NUMERIC DEC VARCHAR
    TEXT STRING CHAR BPCHAR BOOL BOOLEAN LOGICAL NVARCHAR CHARACTER DECIMAL(5) NUMERIC(5,2)
    VARCHAR(3) CHAR(3) TEXT(3)`
    .split(/\s+/)
    .map((type) => `CAST(a AS ${type})`),
  ...['a::DOUBLE PRECISION', 'a::CHARACTER VARYING', 'try_cast(s as date)', 's::VARCHAR'],
  ...['d::TIMESTAMP WITHOUT TIME ZONE', 'd::TIMESTAMP', 'd::DATETIME', 'd::TIMESTAMP_S', 'd::DATE'],
];

const AGGREGATES = [
  ...['SUM(DISTINCT a)', 'COUNT(*) FILTER (WHERE p)', 'count(distinct a) filter (where NOT a = 1)'],
  ...`mean min max var_pop var_samp variance stddev_pop stddev_samp stddev any_value median first last
    mode product arbitrary`
    .split(/\s+/)
    .map((fn) => `${fn.toUpperCase()}(a + 1) FILTER (WHERE q)`),
  ...[
    'bool_and(p)',
    'BOOL_OR(p AND q)',
    'quantile_cont(a, 0.5)',
    'sum(a) / count(*)',
    'SUM(a) // 2',
  ],
  ...['ROUND(100.0 * SUM(a) / SUM(b), 2)', 'sum(CASE WHEN p THEN a END)', 'MAX(a) - MIN(a) > 1'],
];

function randomColumn(pick: Pick): string {
  // A lone column is named by the catalog, not by the parser.
  const text = pick(2) === 0 ? randomSum(pick) : randomCondition(pick);
  return /^\(*(t\.)?[a-z]\)*$/.test(text) ? `${text} IS NULL` : text;
}

async function compareNames(texts: readonly string[]): Promise<void> {
  for (let i = 0; i < texts.length; i += 50) {
    const slice = texts.slice(i, i + 50);
    const theirs = (
      await duckdb.runAndReadAll(`SELECT ${slice.join(', ')} FROM t LIMIT 0`)
    ).columnNames();
    const { items } = oneSelect(`SELECT ${slice.join(', ')} FROM t`);
    const ours = items.map((item) => ('expression' in item ? defaultName(item.expression) : '*'));
    expect(ours).toEqual(theirs);
  }
}

async function rows(sql: string): Promise<string[][]> {
  return (await duckdb.runAndReadAll(sql)).getRows().map((row) => row.map(String));
}

/** Rows on which two conditions differ; DuckDB reads the first one as it is written. */
async function countDifferences(written: string, ours: string): Promise<number> {
  const sql = `SELECT count(*) FROM (SELECT ${written} AS x, ${ours} AS y FROM t)
    WHERE x IS DISTINCT FROM y`;
  return Number((await duckdb.runAndReadAll(sql)).getRows()[0]?.[0]);
}

/** True if taking AND and OR from left to right would give another answer. */
async function misread(text: string): Promise<boolean> {
  if (/BETWEEN|CASE/.test(text)) return false;
  const [first = '', ...rest] = text.split(/ (?=(?:AND|OR) (?![^(]*\)))/);
  const leftToRight = rest.reduce((all, part) => `(${all}) ${part}`, first);
  return rest.length > 1 && (await countDifferences(text, leftToRight)) > 0;
}

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
