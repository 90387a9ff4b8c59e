import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WAN } from '../../src/planner/network.ts';
import { type Oracle, oracle } from '../oracle/duckdb.ts';
import { randomTable, type TestTable } from '../oracle/tables.ts';
import { differenceFromDuckDB } from './clear.ts';

/** Queries at the edges of types, NULLs, names and widths, each equal to DuckDB in values, names and types. */
const QUERIES = `
SELECT 1, 3000000000, 99999999999999999999, 1.50, .5, 'x', TRUE, NULL, 1 + 1, 1.5 + 1, 2 * 1.25
SELECT -2147483648, -1.5, 1 < 2, 1 = NULL, 2 IN (1, NULL), NULL IS NULL, NOT (1 = 2), 5 BETWEEN 1 AND 9
SELECT DATE '2020-02-29', TIMESTAMP '2020-01-01 10:00:00.25', DATE '2020-01-01' < TIMESTAMP '2020-01-01 00:00:01'
SELECT 1 AS one WHERE 1 = 2
SELECT COUNT(*) WHERE FALSE
SELECT COUNT(*), SUM(1), SUM(2.5), AVG(1.5), AVG(7), COUNT('x'), SUM(NULL), AVG(NULL), COUNT(NULL)
SELECT COUNT(*), COUNT(id), SUM(5), AVG(2), AVG(2.5), SUM(NULL), COUNT(NULL) FROM t
SELECT COUNT(*), SUM(5), AVG(2.5), SUM(-1.5) FROM t WHERE n > 0
SELECT SUM(n), SUM(n + 1), SUM(-n), SUM(2 * n - few), SUM(n * n), AVG(n * few) FROM t
SELECT SUM(big), AVG(big), SUM(wide), AVG(wide), SUM(price), AVG(price) FROM t
SELECT SUM(price * n), SUM(price * (1 - price)), SUM(price * price * n) FROM t WHERE flag
SELECT SUM(n * (few + id) * (id - 3)) FROM t
SELECT COUNT(*), COUNT(*) AS c, COUNT(n), COUNT(word), COUNT(flag), COUNT(day) FROM t WHERE NOT flag
SELECT SUM(flag), SUM(n > 0), COUNT(n > 0), SUM(n IS NULL), SUM(word = 'NY' OR flag) FROM t
SELECT SUM(n > few), COUNT(n > few) FROM t WHERE id > 10
SELECT flag, COUNT(*), SUM(n), AVG(price), COUNT(n), SUM(n > 0) FROM t GROUP BY flag
SELECT word AS w, flag, SUM(big) AS s FROM t WHERE id > 500 GROUP BY w, 2
SELECT word, word = 'NY' AS is_ny, flag IS NULL, 7 AS seven FROM t GROUP BY flag, word
SELECT word FROM t WHERE word IN ('NY', 'a', 'nope', NULL) GROUP BY word
SELECT COUNT(*) FROM t WHERE word NOT IN ('NY', NULL)
SELECT 1 AS k, COUNT(*) FROM t GROUP BY 1
SELECT 1 AS k, COUNT(*) FROM t WHERE n > 5000 GROUP BY k
SELECT COUNT(*) c, c FROM t u WHERE u.id > 3
SELECT flag AS x, 1 FROM t WHERE FALSE GROUP BY x
SELECT COUNT(*) FROM t WHERE word < 'a' OR word >= 'naïve'
SELECT COUNT(*) FROM t WHERE 'NY' = word OR 'b' < word
SELECT COUNT(*) FROM t WHERE word BETWEEN 'A' AND 'Z' AND word <> 'AK'
SELECT COUNT(*) FROM t WHERE flag = TRUE OR flag = 0 OR flag = 'true'
SELECT COUNT(*) FROM t WHERE (n > 0) = flag AND (n > 0) <> (few > 0) AND TRUE > flag
SELECT COUNT(*) FROM t WHERE n = '5' OR n < '2.5' OR price > '10.005' OR n = 1e2 OR price < -1.5e-1
SELECT COUNT(*) FROM t WHERE n < 5.5 AND n > -5.5 AND n <> 0.5 AND NOT n = 1.25
SELECT COUNT(*) FROM t WHERE price < n AND n * 2.5 >= price - 1 AND few * n < id
SELECT COUNT(*) FROM t WHERE wide < n OR wide > price
SELECT COUNT(*) FROM t WHERE day < '2019-04-20' OR day >= TIMESTAMP '2019-04-18 00:00:01'
SELECT COUNT(*) FROM t WHERE day = TIMESTAMP '2019-04-18 00:00:00' OR day <> TIMESTAMP '2019-04-19 01:00:00'
SELECT COUNT(*) FROM t WHERE "at" > day OR "at" BETWEEN '1000-01-01' AND DATE '3000-01-01'
SELECT COUNT(*) FROM t WHERE n IS NULL AND (n + few) IS NULL AND (n > 1 AND flag) IS NOT NULL
SELECT COUNT(*) FROM t WHERE (n > 1 OR NULL) IS NULL OR NOT (few > 1 AND NULL)
SELECT COUNT(*) FROM t WHERE n BETWEEN 10 AND -10 OR n NOT BETWEEN -10 AND 10
SELECT COUNT(*), SUM(n) FROM t WHERE n IN (1, 2, 3) AND n NOT IN (2, 5) AND NOT (n IN (few, id))
SELECT AVG(big), SUM(big) FROM t WHERE id > 2000
SELECT COUNT(*) FROM t WHERE big > 5 AND big < 9223372036854775807 AND big <> -9223372036854775808
SELECT COUNT(*) FROM t WHERE - n > few - 2 AND n - -3 > 0
`
  .trim()
  .split('\n');

/** What runs circuits over candidate groups: folds, quotients, HAVING, order, limits, aggregates over aggregates. */
const GROUP_QUERIES = `
SELECT MIN(n), MAX(n), MIN(price), MAX(big), MIN(big), MAX(wide), MIN(word), MAX(word), MIN(flag), MAX(flag) FROM t
SELECT MIN(day), MAX("at"), MIN("at"), MAX(n + few), MIN(-n), MAX(n) - MIN(n), MIN(7), MAX('x') FROM t WHERE id > 300
SELECT word, MIN(n), MAX(price), AVG(big), COUNT(*) FROM t GROUP BY word ORDER BY word
SELECT word, flag, MIN(n) AS low, MAX(n) AS high FROM t WHERE id > 200 GROUP BY ALL ORDER BY word NULLS FIRST, flag DESC
SELECT BOOL_AND(flag), BOOL_OR(flag), BOOL_AND(n > 0), BOOL_OR(n > 2000), BOOL_OR(few = 1) FROM t
SELECT word, BOOL_AND(n > 0), BOOL_OR(n > 900) FROM t GROUP BY word
SELECT COUNT(DISTINCT few), COUNT(DISTINCT word), COUNT(DISTINCT flag), SUM(DISTINCT few), AVG(DISTINCT few) FROM t
SELECT flag, COUNT(DISTINCT few), COUNT(DISTINCT word), SUM(DISTINCT few) FROM t WHERE n > -500 GROUP BY flag
SELECT DISTINCT word, flag FROM t WHERE n > 0 ORDER BY 1, 2
SELECT DISTINCT few + 1 AS k FROM t WHERE few > 0 ORDER BY k DESC
SELECT few, COUNT(*) FROM t GROUP BY few ORDER BY few NULLS FIRST
SELECT few * 2 AS k, flag, SUM(n) FROM t GROUP BY few * 2, flag ORDER BY k, flag
SELECT CASE WHEN n > 100 THEN 'high' WHEN n > 0 THEN 'low' END AS band, COUNT(*), AVG(n) FROM t GROUP BY band ORDER BY band
SELECT n > 0 AS k, COUNT(*), SUM(price) FROM t GROUP BY n > 0 ORDER BY k
SELECT EXTRACT(month FROM day) AS m, COUNT(*) FROM t WHERE day BETWEEN '2019-01-01' AND '2020-12-31' GROUP BY m ORDER BY m
SELECT SUM(CASE WHEN n > 0 THEN n ELSE 0 END), SUM(CASE WHEN n > 0 THEN price END), SUM(CASE WHEN flag THEN 1 ELSE 0 END) FROM t
SELECT SUM(CASE WHEN n > 0 THEN n WHEN few > 0 THEN few ELSE id END), AVG(CASE WHEN flag THEN price ELSE -price END) FROM t
SELECT word, SUM(CASE WHEN n > 0 THEN n WHEN flag THEN few END), COUNT(CASE WHEN n > 0 THEN 1 END) FROM t GROUP BY word
SELECT SUM(ABS(n)), SUM(GREATEST(n, few, id)), SUM(LEAST(n, few)), SUM(COALESCE(n, few, 7)), SUM(n % 7), SUM(n // 7) FROM t
SELECT SUM(n) FILTER (WHERE flag), COUNT(*) FILTER (WHERE n > few), AVG(n) FILTER (WHERE id > 5), MIN(n) FILTER (WHERE NOT flag) FROM t
SELECT word, SUM(n) FILTER (WHERE flag), COUNT(*) FILTER (WHERE n > few) FROM t GROUP BY word
SELECT word, SUM(n) FROM t GROUP BY word HAVING COUNT(*) > 5
SELECT word, COUNT(*) FROM t GROUP BY word HAVING AVG(n) > 0 AND word <> 'NY' ORDER BY word
SELECT word FROM t GROUP BY word HAVING SUM(n) > 0 OR MAX(price) < 100
SELECT COUNT(*) FROM t HAVING SUM(n) > 0
SELECT 'x' AS x, SUM(n) FROM t HAVING COUNT(*) > 1000000
SELECT word, SUM(n) AS s FROM t GROUP BY word ORDER BY s DESC NULLS LAST, word LIMIT 3
SELECT word, flag, COUNT(*) AS c FROM t GROUP BY word, flag ORDER BY c DESC, word, flag LIMIT 4 OFFSET 2
SELECT word, AVG(n) FROM t GROUP BY word ORDER BY AVG(n) DESC NULLS LAST, word LIMIT 2
SELECT word FROM t GROUP BY word ORDER BY AVG(price) NULLS FIRST, word
SELECT word FROM t GROUP BY word ORDER BY word DESC LIMIT 2
SELECT COUNT(*) FROM t GROUP BY word ORDER BY word NULLS FIRST
SELECT word, COUNT(*) FROM t GROUP BY word ORDER BY 1 LIMIT 0
SELECT word, COUNT(*) FROM t GROUP BY word ORDER BY 1 LIMIT 1000
SELECT word, MAX(day) FROM t GROUP BY word HAVING MIN(n) < 0 ORDER BY MAX(day) DESC NULLS LAST, word DESC LIMIT 3 OFFSET 1
SELECT SUM(n) + 1, SUM(n) * 2 - COUNT(*), -MIN(n), ABS(SUM(n)), SUM(n) > 0, SUM(n) IS NULL, COALESCE(SUM(n), 0) FROM t WHERE id > 900
SELECT word, SUM(n) / COUNT(*), SUM(price) / SUM(id), ROUND(AVG(n), 2), ROUND(100.0 * SUM(n) / SUM(id), 1) FROM t GROUP BY word
SELECT CASE WHEN SUM(n) > 0 THEN 'up' WHEN SUM(n) < 0 THEN 'down' END, SUM(n) // 7, SUM(n) % 7 FROM t
SELECT VAR_POP(n), VAR_SAMP(n), STDDEV_POP(n), STDDEV_SAMP(n), STDDEV(few) FROM t
SELECT word, STDDEV_SAMP(price) FROM t GROUP BY word
SELECT AVG(s), MAX(s), MIN(c), COUNT(*), SUM(s) FROM (SELECT word, SUM(n) AS s, COUNT(*) AS c FROM t GROUP BY word) g
SELECT flag, MAX(s), COUNT(*), SUM(c) FROM (SELECT word, flag, SUM(n) AS s, COUNT(*) AS c FROM t GROUP BY word, flag) g GROUP BY flag ORDER BY flag
SELECT flag, AVG(m) FROM (SELECT word, flag, MAX(n) AS m FROM t GROUP BY word, flag HAVING COUNT(*) > 3) g WHERE m > 0 GROUP BY flag HAVING COUNT(*) > 1
WITH g AS (SELECT word, SUM(price) AS s FROM t GROUP BY word) SELECT COUNT(*), MAX(s), AVG(s) FROM g WHERE s > 100
WITH g AS (SELECT n + 1 AS m, flag FROM t WHERE n > 0) SELECT flag, SUM(m), MIN(m) FROM g GROUP BY flag ORDER BY SUM(m), flag
SELECT MAX(c) FROM (SELECT flag, COUNT(*) AS c FROM (SELECT word, flag FROM t GROUP BY word, flag) g GROUP BY flag) h
`
  .trim()
  .split('\n');

const TABLES = [
  { seed: 11, rows: 150 },
  { seed: 12, rows: 60 },
  { seed: 13, rows: 1 },
  { seed: 14, rows: 0 },
] as const;

/** Tables that declare few values for column `few`, so that it can be grouped by. */
const GROUPED_TABLES = [
  { seed: 14, rows: 150 },
  { seed: 19, rows: 60 },
  { seed: 36, rows: 1 },
  { seed: 14, rows: 0 },
] as const;

const CASES = [
  ...TABLES.map((table) => ({ ...table, queries: QUERIES })),
  ...GROUPED_TABLES.map((table) => ({ ...table, queries: GROUP_QUERIES })),
];

describe.each(CASES)('$rows rows of random table $seed', ({ seed, rows, queries }) => {
  const table: TestTable = randomTable(seed, { rows, owners: 2 });
  let truth: Oracle;
  beforeAll(async () => {
    truth = await oracle([table]);
  });
  afterAll(() => {
    truth.close();
  });

  it.each(queries)('%s', async (sql) => {
    expect(await differenceFromDuckDB(sql, table, truth)).toBeUndefined();
  });
});

it('plans for a slow network differ and give the same answers', async () => {
  const table = randomTable(20, { rows: 80, owners: 2 });
  const truth = await oracle([table]);
  for (const sql of [...QUERIES, ...GROUP_QUERIES].filter((query) => query.includes('WHERE'))) {
    expect(await differenceFromDuckDB(sql, table, truth, WAN), sql).toBeUndefined();
  }
  truth.close();
});
