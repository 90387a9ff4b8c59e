import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WAN } from '../../../src/planner/network.ts';
import { type Oracle, oracle } from '../../oracle/duckdb.ts';
import { differenceFromDuckDB } from '../clear.ts';
import { groupedTable } from './grouped-table.ts';

/** Groups by sorting: keys are declared as wide. */
const QUERIES = `
SELECT k, COUNT(*), SUM(x) FROM t GROUP BY k
SELECT j, COUNT(*), COUNT(x), SUM(x), MIN(x), MAX(x) FROM t GROUP BY j
SELECT k, j, SUM(price), MIN(price), MAX(price), AVG(price) FROM t GROUP BY k, j
SELECT k, COUNT(*), SUM(x) FROM t WHERE y > 3 GROUP BY k
SELECT j FROM t WHERE flag GROUP BY j
SELECT DISTINCT k, word FROM t WHERE x > 0
SELECT k + j AS s, MIN(word), MAX(word), MIN(flag), BOOL_OR(flag), BOOL_AND(flag), BOOL_OR(x > 3) FROM t GROUP BY s
SELECT k, COUNT(*) FILTER (WHERE flag), SUM(x) FILTER (WHERE y > 2), MAX(x) FILTER (WHERE NOT flag), MIN(price) FILTER (WHERE k > 0) FROM t GROUP BY k
SELECT k, COUNT(*) FROM t WHERE FALSE OR x > 1000 GROUP BY k
SELECT k, SUM(x) AS s FROM t GROUP BY k HAVING COUNT(*) > 2
SELECT k, COUNT(DISTINCT x) FROM t GROUP BY k
SELECT k, COUNT(DISTINCT j), SUM(DISTINCT x), SUM(x), COUNT(DISTINCT x), AVG(DISTINCT price), COUNT(*) FROM t GROUP BY k
SELECT j, COUNT(DISTINCT x) FILTER (WHERE flag), COUNT(DISTINCT x), SUM(DISTINCT y) FILTER (WHERE x > 0) FROM t WHERE id > 2 GROUP BY j
SELECT COUNT(DISTINCT j), SUM(DISTINCT j), COUNT(DISTINCT k), SUM(DISTINCT price) FROM t WHERE y > 1
SELECT COUNT(DISTINCT j), COUNT(*), SUM(x), MIN(x) FROM t WHERE x > 1000
SELECT COUNT(DISTINCT word), COUNT(DISTINCT price) FROM t
SELECT k, SUM(x * y), SUM(price - x) FROM t GROUP BY k
SELECT k, MEDIAN(x) FROM t GROUP BY k
SELECT k, QUANTILE_DISC(x, 0.5), QUANTILE_DISC(price, 0), QUANTILE_DISC(x, 1), QUANTILE_DISC(y, 0.25) FROM t GROUP BY k
SELECT j, MEDIAN(price), QUANTILE_CONT(x, 0.9), COUNT(DISTINCT x), SUM(x) FROM t WHERE y > 2 GROUP BY j
SELECT MEDIAN(x), QUANTILE_DISC(price, 0.75), COUNT(*) FROM t WHERE flag
SELECT MEDIAN(x) FROM t WHERE x > 1000
SELECT y, MEDIAN(x), COUNT(*), SUM(price) FROM t GROUP BY y
SELECT flag, MEDIAN(y) FROM t WHERE x > 1000 GROUP BY flag
SELECT word, COUNT(*), MEDIAN(price) FROM t WHERE y < 7 GROUP BY word HAVING COUNT(*) > 3
SELECT 1, COUNT(DISTINCT k) FROM t WHERE x > 1000 GROUP BY 1
SELECT 1, COUNT(DISTINCT k), MEDIAN(x) FROM t WHERE x > 1 GROUP BY 1
`
  .trim()
  .split('\n');

const TABLES = [
  { seed: 1, rows: 150, owners: 2 },
  { seed: 2, rows: 40, owners: 3 },
  { seed: 4, rows: 37, owners: 1 },
  { seed: 5, rows: 1, owners: 1 },
  { seed: 6, rows: 0, owners: 1 },
];

describe.each(TABLES)('$rows rows of $owners owners, table $seed', ({ seed, rows, owners }) => {
  const table = groupedTable(seed, rows, owners);
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

it('groups alike on a slow network', async () => {
  const table = groupedTable(3, 60);
  const truth = await oracle([table]);
  for (const sql of QUERIES.slice(0, 12)) {
    expect(await differenceFromDuckDB(sql, table, truth, WAN), sql).toBeUndefined();
  }
  truth.close();
});
