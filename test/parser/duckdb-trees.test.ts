import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { parseStatement } from '../../src/parser/parse.ts';
import { normalisedSql } from '../../src/parser/print.ts';
import { Rng } from '../oracle/rng.ts';
import { relationalQuery } from '../sql/relational/queries.ts';

const statements = process.env['TACIT_LONG'] === '1' ? 3000 : 60;
const seed = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** What random statements do not draw: each has a form that could be read in two ways. */
const FIXED = [
  'SELECT k FROM a UNION SELECT k FROM b INTERSECT SELECT k FROM c EXCEPT SELECT 1',
  '(SELECT k FROM a ORDER BY 1 LIMIT 1) UNION ALL (SELECT k FROM b UNION SELECT 2) ORDER BY k LIMIT 3',
  'SELECT * FROM a, b JOIN c ON b.k = c.k LEFT JOIN a x USING (k), c y',
  'SELECT * FROM a LEFT JOIN (b JOIN c ON b.k = c.k) ON a.k = b.k',
  'WITH x(p, q) AS (SELECT k, g FROM a), y AS (SELECT p FROM x) SELECT * FROM y NATURAL JOIN x',
  'SELECT SUM(v) OVER w, COUNT(*) OVER (PARTITION BY k ORDER BY g DESC ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM a WINDOW w AS (PARTITION BY g ORDER BY id)',
  'SELECT id FROM a WHERE k NOT IN (SELECT k FROM b) AND NOT EXISTS (SELECT 1 FROM c WHERE c.k = a.k) AND v > (SELECT AVG(v) FROM b)',
  'SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY k DESC) FILTER (WHERE f) FROM a',
  'SELECT id FROM a ORDER BY id LIMIT 10 % 3 OFFSET 1 + 2 * 3',
];

it(`DuckDB sees the same tree in a relational statement and in its normal form (seed ${seed})`, async () => {
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const rng = new Rng(seed);
  const treeOf = async (sql: string) => {
    const quoted = sql.replaceAll("'", "''");
    const answer = await duckdb.runAndReadAll(`SELECT json_serialize_sql('${quoted}')`);
    return JSON.parse(String(answer.getRows()[0]?.[0]), comparable);
  };
  const random = Array.from({ length: statements }, () =>
    relationalQuery({ rng, coverage: new Map() }),
  );
  for (const sql of [...FIXED, ...random.map((query) => query.sql)]) {
    const theirs = await treeOf(sql);
    expect(theirs.error, sql).toBe(false);
    expect(await treeOf(normalisedSql(parseStatement(sql))), sql).toEqual(theirs);
  }
  duckdb.closeSync();
});

/** Without places in the text; ASC is what an order is without a word. */
function comparable(key: string, value: unknown): unknown {
  if (key === 'query_location') return undefined;
  return value === 'ASCENDING' ? 'ORDER_DEFAULT' : value;
}
