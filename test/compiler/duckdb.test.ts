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

const TABLES = [
  { seed: 11, rows: 150 },
  { seed: 12, rows: 60 },
  { seed: 13, rows: 1 },
  { seed: 14, rows: 0 },
] as const;

describe.each(TABLES)('$rows rows of random table $seed', ({ seed, rows }) => {
  const table: TestTable = randomTable(seed, { rows, owners: 2 });
  let truth: Oracle;
  beforeAll(async () => {
    truth = await oracle([table]);
  });
  afterAll(() => {
    truth.close();
  });

  it.each(QUERIES)('%s', async (sql) => {
    expect(await differenceFromDuckDB(sql, table, truth)).toBeUndefined();
  });
});

it('plans for a slow network differ and give the same answers', async () => {
  const table = randomTable(15, { rows: 80 });
  const truth = await oracle([table]);
  for (const sql of QUERIES.filter((query) => query.includes('WHERE'))) {
    expect(await differenceFromDuckDB(sql, table, truth, WAN), sql).toBeUndefined();
  }
  truth.close();
});
