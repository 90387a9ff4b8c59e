import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { tokenize } from '../../src/parser/lexer.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { normalisedSql } from '../../src/parser/print.ts';
import type { Statement } from '../../src/parser/syntax.ts';
import { one, type Pick, seeded } from './random-sql.ts';

const runs = process.env['TACIT_LONG'] === '1' ? 20_000 : 1_500;
const seed = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
let duckdb: DuckDBConnection;

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});

describe(`statements with wrong, missing and swapped tokens (seed ${seed})`, () => {
  it('are refused or read as DuckDB reads them', async () => {
    const pick = seeded(seed);
    let same = 0;
    const looser: string[] = [];
    for (let i = 0; i < runs; i++) {
      const sql = mutated(pick);
      const statement = attempt(sql);
      if (!statement) continue;
      const theirs = await tree(sql);
      if (theirs === undefined) {
        looser.push(sql);
        continue;
      }
      const ours = normalisedSql(statement);
      expect(await tree(ours), `${sql}\nread as ${ours}`).toBe(theirs);
      same++;
    }
    expect(same).toBeGreaterThan(runs / 50);
    // The planner decides which types, fields of EXTRACT and numbers of arguments there are.
    expect(looser.length, looser.join('\n')).toBeLessThan(same / 10);
  });
});

const STATEMENTS = `SELECT a + b * c / d // e % f - -g FROM t WHERE a OR b AND NOT c
SELECT s || 'x' AS y FROM t u WHERE a || b LIKE c ESCAPE '!' AND x IS NOT DISTINCT FROM y + 1
SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END, CASE a WHEN 1 THEN 2 END x, COUNT(*) FILTER (WHERE a IS TRUE)
SELECT COUNT(DISTINCT a) FILTER (WHERE p) c, SUM(a + b) FROM t GROUP BY a, 2 HAVING SUM(a) > 1
SELECT a::INT::TEXT, (a + b)::DECIMAL(12, 2), CAST(a AS DOUBLE PRECISION), -1::INT FROM t
SELECT TRY_CAST(x AS TIMESTAMP WITHOUT TIME ZONE), date '2020-01-01' + interval 1 month m
SELECT EXTRACT(year FROM d), INTERVAL '3' DAY, INTERVAL 3 day, INTERVAL '3 days', INTERVAL (3) DAY
SELECT SUBSTRING(s FROM 1 FOR 2), SUBSTRING(s FROM 2), SUBSTRING(s, 1), coalesce(a, b), COUNT(*), f()
SELECT DISTINCT * FROM (SELECT a, b FROM t) s(x, y) ORDER BY a DESC NULLS FIRST, b NULLS LAST LIMIT 10
SELECT s.* FROM t s OFFSET 5 ROWS FETCH FIRST 10 ROWS ONLY
WITH x AS (SELECT 1), y(a, b) AS (WITH z AS (SELECT 2) SELECT * FROM z) SELECT * FROM y GROUP BY ALL
SELECT a NOT LIKE b, a ILIKE b, NOT a IS NOT UNKNOWN, a IS FALSE FROM t
SELECT a NOT IN (1, 2) OR a NOT BETWEEN 1 AND 2 AND b FROM t LIMIT 3 OFFSET 2
SELECT year, date, t.order FROM t WHERE interval = 1 ORDER BY row
SELECT t.a, u.* FROM t JOIN u ON t.a = u.a LEFT OUTER JOIN v x USING (a, b) CROSS JOIN w NATURAL FULL JOIN y
SELECT a FROM t, u x JOIN v AS y ON x.a = y.a AND p OR q, (SELECT 1) s(a) WHERE x.b < y.b
SELECT a FROM (t JOIN (u CROSS JOIN v) ON a = b) SEMI JOIN w USING (a) ANTI JOIN x ON p IS NULL
SELECT 1 UNION SELECT 2 INTERSECT ALL SELECT 3 EXCEPT SELECT 4 UNION ALL SELECT 5 ORDER BY 1 LIMIT 2
(SELECT 1 ORDER BY 1 LIMIT 3) UNION ALL (SELECT 2 EXCEPT SELECT 3) INTERSECT (SELECT 4) OFFSET 1
SELECT a FROM ((SELECT 1) UNION DISTINCT SELECT 2) s WHERE a IN ((SELECT 3)) AND NOT EXISTS (SELECT 4)
SELECT a NOT IN (SELECT b FROM u WHERE u.a = t.a) OR (SELECT MAX(a) FROM u) + 1 > 2 FROM t GROUP BY ALL
SELECT SUM(a) FILTER (WHERE p) OVER (PARTITION BY a, b ORDER BY c DESC NULLS FIRST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
SELECT LAG(a, 1, 0) OVER w, COUNT(*) OVER (w ROWS UNBOUNDED PRECEDING) FROM t WINDOW w AS (PARTITION BY b ORDER BY c) ORDER BY 1
SELECT ROW_NUMBER() OVER (ORDER BY a GROUPS BETWEEN UNBOUNDED PRECEDING AND 2 FOLLOWING), RANK() OVER () FROM t
SELECT MEDIAN(a) FILTER (WHERE p), QUANTILE_CONT(a + 1, 0.5), PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY a DESC) FROM t`
  .split('\n')
  .map((sql) => tokenize(sql).map(({ text }) => text));
const TOKENS = [...new Set(STATEMENTS.flat())];

/** A statement with one or two tokens dropped, doubled, swapped, added or replaced. */
function mutated(pick: Pick): string {
  const tokens = [...one(pick, STATEMENTS)];
  for (let i = 0; i <= pick(2); i++) {
    const [at, other] = [pick(tokens.length), pick(tokens.length)];
    const [token, swap] = [tokens[at] ?? '', tokens[other] ?? ''];
    const replacement = [
      [],
      [token, swap],
      [swap],
      [one(pick, TOKENS), token],
      [one(pick, TOKENS)],
    ];
    tokens.splice(at, 1, ...one(pick, replacement));
  }
  return tokens.join(' ');
}

function attempt(sql: string): Statement | undefined {
  try {
    return parseStatement(sql);
  } catch (error) {
    expect(error, sql).toBeInstanceOf(TacitError);
    return undefined;
  }
}

/** DuckDB's syntax tree, without positions and letter case; undefined if it is not SQL to DuckDB. */
async function tree(sql: string): Promise<string | undefined> {
  const call = `SELECT json_serialize_sql('${sql.replaceAll("'", "''")}')`;
  const text = String((await duckdb.runAndReadAll(call)).getRows()[0]?.[0]);
  const parsed = JSON.parse(text, (key, value) => (key === 'query_location' ? undefined : value));
  return parsed.error ? undefined : JSON.stringify(parsed).toLowerCase();
}
