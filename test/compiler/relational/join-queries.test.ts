import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAN, WAN } from '../../../src/planner/network.ts';
import { type Oracle, oracle } from '../../oracle/duckdb.ts';
import { differenceOfTables, namedTable } from './join-tables.ts';

/** `id` is unique in every table, `k`, `j` and `y` are not; all but `id` may be NULL. */
const QUERIES = `
SELECT l.id, l.k, r.id, r.price, r.word FROM l JOIN r ON l.j = r.id
SELECT l.id, r.id, r.k, r.x FROM l LEFT JOIN r ON l.j = r.id
SELECT r.id, r.j, l.word, l.flag FROM l RIGHT JOIN r ON l.id = r.j
SELECT l.id, r.id FROM l FULL JOIN r ON l.id = r.id
SELECT l.id, r.id, r.price FROM l LEFT JOIN r ON l.j = r.id AND l.x < r.y
SELECT l.id, r.id, l.price + r.price FROM l JOIN r ON l.j = r.id AND l.k = r.k
SELECT l.id, r.id FROM l JOIN r ON l.k = r.k
SELECT l.id, l.k, l.x, r.id, r.k, r.price FROM l JOIN r ON l.k = r.k AND l.y = r.y WHERE l.x > -20 AND r.flag
SELECT l.id, r.id, r.word FROM l LEFT JOIN r ON l.j = r.j
SELECT l.id, r.id, r.word FROM l LEFT JOIN r ON l.j = r.j AND r.x > l.x
SELECT l.id, r.id, l.x, r.x FROM l RIGHT JOIN r ON l.j = r.j AND r.flag
SELECT l.id, r.id FROM l FULL JOIN r ON l.j = r.j AND l.y <> r.y
SELECT COUNT(*), SUM(l.x), SUM(r.x), MIN(r.price) FROM l JOIN r ON l.k = r.k
SELECT l.k, COUNT(*), SUM(r.price) FROM l JOIN r ON l.j = r.id GROUP BY l.k
SELECT l.id, r.id FROM l JOIN r ON l.word = r.word AND l.flag = r.flag
SELECT l.id, r.id FROM l JOIN r ON l.price = r.x
SELECT l.id, r.y FROM l JOIN r ON l.k = r.y
SELECT l.id, r.id FROM l JOIN r ON l.k + l.y = r.j - 1
SELECT id, k, word FROM l WHERE k IN (SELECT k FROM r WHERE x > 0)
SELECT id, k, word FROM l WHERE k NOT IN (SELECT k FROM r)
SELECT id, k, word FROM l WHERE k NOT IN (SELECT k FROM r WHERE k IS NOT NULL AND x > 20)
SELECT id FROM l WHERE y NOT IN (SELECT k FROM r WHERE FALSE)
SELECT id, j FROM l WHERE j NOT IN (SELECT y FROM r WHERE r.id <> l.id)
SELECT id, j FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.j = l.j)
SELECT id, j FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.j = l.j)
SELECT id, j FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.j = l.j AND r.x < l.x)
SELECT id, j FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.j = l.j AND r.x < l.x)
SELECT id, j FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.id = l.j AND r.x < l.x)
SELECT id, j FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.x > l.x AND r.y < l.y)
SELECT l.id, r.id, m.id, m.word FROM l JOIN r ON l.j = r.id JOIN m ON r.k = m.k
SELECT l.id, r.id, m.price FROM l LEFT JOIN r ON l.j = r.id LEFT JOIN m ON r.j = m.id
SELECT l.id, g.c, g.s FROM l JOIN (SELECT j, COUNT(*) AS c, SUM(x) AS s FROM r GROUP BY j) g ON l.j = g.j
SELECT COUNT(*) FROM l JOIN r ON l.x < r.x
SELECT l.id, m.id FROM l LEFT JOIN m ON l.x < m.x AND l.y > m.y
SELECT l.id, m.id FROM l CROSS JOIN m
`
  .trim()
  .split('\n');

const CASES = [
  { seed: 1, rows: [30, 25, 4] },
  { seed: 2, rows: [9, 90, 3] },
  { seed: 3, rows: [70, 6, 5] },
  { seed: 4, rows: [0, 8, 1] },
  { seed: 5, rows: [8, 0, 2] },
  { seed: 6, rows: [1, 1, 1] },
];

describe.each(CASES)('tables $seed of $rows rows', ({ seed, rows }) => {
  const tables = ['l', 'r', 'm'].map((name, k) => namedTable(name, 10 * seed + k, rows[k] ?? 0));
  let truth: Oracle;
  beforeAll(async () => {
    truth = await oracle(tables);
  });
  afterAll(() => {
    truth.close();
  });

  it.each(QUERIES)('%s', async (sql) => {
    const network = seed % 2 === 0 ? WAN : LAN;
    expect(await differenceOfTables(sql, tables, truth, network)).toBeUndefined();
  });
});
