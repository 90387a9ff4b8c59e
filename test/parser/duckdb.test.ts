import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { isPlainName, keywords, printIdentifier } from '../../src/parser/keywords.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { label, print } from '../../src/parser/print.ts';
import { defaultName } from '../../src/parser/result-name.ts';
import { one, type Pick, randomCondition, randomSum, seeded } from './random-sql.ts';

const runs = process.env['TACIT_LONG'] === '1' ? 5000 : 300;
const seed = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
let duckdb: DuckDBConnection;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  await duckdb.run(`CREATE TABLE t AS SELECT * FROM
    (VALUES (-2::BIGINT), (0), (1), (3), (NULL)) a(a), (VALUES (-1::BIGINT), (0), (2), (NULL)) b(b),
    (VALUES (1::BIGINT), (2), (NULL)) c(c), (VALUES (true), (false), (NULL)) p(p),
    (VALUES (true), (false), (NULL)) q(q), (VALUES (true), (false)) r(r)`);
});

describe(`reads as DuckDB does (seed ${seed})`, () => {
  it(`groups ${runs} random conditions the same way`, async () => {
    const pick = seeded(seed);
    let differsFromLeftToRight = 0;
    for (let i = 0; i < runs; i++) {
      const text = randomCondition(pick);
      const where = parseStatement(`SELECT a FROM t WHERE ${text}`).select.where;
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
    await compareNames(['COUNT(*)', '-SUM(a) + COUNT ( * ) * 2', 'COUNT(p)', ...sums]);
  });

  it('knows the same keywords and quotes the same names', async () => {
    const rows = await duckdb.runAndReadAll('SELECT keyword_name FROM duckdb_keywords()');
    const theirs = rows.getRows().map(([word]) => String(word));
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

const LITERALS =
  `1|007|1.50|.5|0.5|000.50|1e5|1e-5|1E+16|1e15|1.5e3|1e-4|2.5E-7|0e0|1e400|99999999999999999999
|123456789012345678901234567890123456789|400000000000000000000000000000000000000|-1|- -1|-0|-0.0|-0e0
|-.5|-(1.50)|-(-(2))|1234567890123456789012345678901234567.55|'it''s'|''|TRUE|false|NULL|-NULL|NOT TRUE
|DATE '2020-01-01'|timestamp '2020-01-01 00:00:00'|NOT (NOT a = 1)|NOT NOT NOT a < 1|NOT (a NOT IN (1))
|NOT (a NOT BETWEEN 1 AND 2)|p AND (q AND r) AND (p OR (q OR r))|-(-a)|T.A = 1|"a" IN (1)`
    .replaceAll('\n', '')
    .split('|');

function randomColumn(pick: Pick): string {
  // A lone column is named by the catalog, not by the parser.
  const text = pick(2) === 0 ? randomSum(pick) : randomCondition(pick);
  return /^\(*(t\.)?[a-z]\)*$/.test(text) ? `${text} IS NULL` : text;
}

async function compareNames(texts: readonly string[]): Promise<void> {
  for (let i = 0; i < texts.length; i += 50) {
    const slice = texts.slice(i, i + 50);
    const theirs = (
      await duckdb.runAndReadAll(`SELECT ${slice.join(', ')} FROM t LIMIT 1`)
    ).columnNames();
    const { items } = parseStatement(`SELECT ${slice.join(', ')} FROM t`).select;
    const ours = items.map((item) => ('expression' in item ? defaultName(item.expression) : '*'));
    expect(ours).toEqual(theirs);
  }
}

/** Rows on which two conditions differ; DuckDB reads the first one as it is written. */
async function countDifferences(written: string, ours: string): Promise<number> {
  const sql = `SELECT count(*) FROM (SELECT ${written} AS x, ${ours} AS y FROM t)
    WHERE x IS DISTINCT FROM y`;
  return Number((await duckdb.runAndReadAll(sql)).getRows()[0]?.[0]);
}

/** True if taking AND and OR from left to right would give another answer. */
async function misread(text: string): Promise<boolean> {
  if (text.includes('BETWEEN')) return false;
  const [first = '', ...rest] = text.split(/ (?=(?:AND|OR) (?![^(]*\)))/);
  const leftToRight = rest.reduce((all, part) => `(${all}) ${part}`, first);
  return rest.length > 1 && (await countDifferences(text, leftToRight)) > 0;
}

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
