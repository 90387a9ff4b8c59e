import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Oracle, oracle } from '../../oracle/duckdb.ts';
import { differenceFromDuckDB } from '../clear.ts';
import { groupedTable } from './grouped-table.ts';

/** Windows of every type of value, under and over other nodes. */
const QUERIES = `
SELECT id, ROW_NUMBER() OVER (PARTITION BY k ORDER BY x, id), SUM(price) OVER (PARTITION BY k ORDER BY id), LAG(word) OVER (ORDER BY id) FROM t WHERE y > 2 ORDER BY id
SELECT id, MAX(word) OVER (PARTITION BY k), FIRST_VALUE(word) OVER (PARTITION BY j ORDER BY id) FROM t ORDER BY id
SELECT id, PERCENT_RANK() OVER (PARTITION BY k ORDER BY x), CUME_DIST() OVER (ORDER BY x), COUNT(*) OVER () FROM t ORDER BY id
SELECT id, AVG(x) OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), BOOL_OR(flag) OVER (PARTITION BY k) FROM t ORDER BY id
SELECT id, LAG(x, 2, 7) OVER (PARTITION BY k ORDER BY id), LEAD(word, 1, 'AK') OVER (ORDER BY id) FROM t ORDER BY id
SELECT id, NTH_VALUE(price, 2) OVER (PARTITION BY k ORDER BY id), NTILE(3) OVER (PARTITION BY k ORDER BY id) FROM t ORDER BY id
SELECT k, SUM(x), RANK() OVER (ORDER BY SUM(x) DESC, k) FROM t GROUP BY k ORDER BY k
SELECT k, id FROM (SELECT k, id, ROW_NUMBER() OVER (PARTITION BY k ORDER BY price DESC NULLS LAST, id) AS r FROM t) WHERE r <= 2 ORDER BY k, id
`
  .trim()
  .split('\n');

const TABLES = [
  { seed: 1, rows: 80 },
  { seed: 2, rows: 50 },
  { seed: 9, rows: 1 },
  { seed: 10, rows: 0 },
];

describe.each(TABLES)('$rows rows of table $seed', ({ seed, rows }) => {
  const table = groupedTable(seed, rows);
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
