import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Oracle, oracle } from '../oracle/duckdb.ts';
import type { TestTable } from '../oracle/tables.ts';
import { differenceFromDuckDB } from './clear.ts';

/** Per group a number of rows and their sum: many quotients are equal, some by different fractions. */
const GROUPS = [
  [3, 1],
  [9, 3],
  [6, 2],
  [15, 5],
  [4, -2],
  [2, -1],
  [10, -5],
  [7, 0],
  [1, 0],
  [1, 1],
  [5, 5],
  [11, 4],
  [12, 4],
  [0, 0],
] as const;

const rows = GROUPS.flatMap(([count, sum], group) =>
  Array.from({ length: count }, (_, k) => ({ group, x: k === 0 ? sum : 0 })),
);
const words = GROUPS.map((_, k) => `g${String(k).padStart(2, '0')}`);
const table: TestTable = {
  definition: {
    name: 't',
    keys: [],
    columns: [
      {
        name: 'g',
        type: { kind: 'varchar' },
        nullable: false,
        bounds: { min: 0n, max: BigInt(words.length - 1) },
        dictionary: words,
      },
      {
        name: 'x',
        type: { kind: 'integer', name: 'BIGINT' },
        nullable: false,
        bounds: { min: -(2n ** 40n), max: 2n ** 40n },
      },
    ],
  },
  parts: [
    {
      owner: 'owner',
      rows: rows.length,
      columns: [
        { values: BigInt64Array.from(rows, ({ group }) => BigInt(group)) },
        { values: BigInt64Array.from(rows, ({ x }) => BigInt(x)) },
      ],
    },
  ],
};

const QUERIES = `
SELECT g FROM t GROUP BY g ORDER BY AVG(x), g
SELECT g FROM t GROUP BY g ORDER BY AVG(x) DESC, g DESC
SELECT g, AVG(x) FROM t GROUP BY g ORDER BY AVG(x), g DESC LIMIT 6
SELECT g, AVG(x) FROM t GROUP BY g ORDER BY AVG(x) DESC, g LIMIT 5 OFFSET 3
SELECT g FROM t GROUP BY g ORDER BY COUNT(*) / SUM(x) NULLS FIRST, g DESC LIMIT 9
SELECT g FROM t GROUP BY g ORDER BY COUNT(*) / SUM(x) DESC NULLS LAST, g LIMIT 9
SELECT g FROM t GROUP BY g ORDER BY AVG(x) * -2 + 1, g LIMIT 20
SELECT g FROM t GROUP BY g ORDER BY STDDEV_SAMP(x) DESC NULLS LAST, g LIMIT 4
SELECT g, ROUND(AVG(x), 1) AS r FROM t WHERE g < 'g04' OR g = 'g11' GROUP BY g HAVING SUM(x) > 0 ORDER BY g LIMIT 3
SELECT g FROM t GROUP BY g ORDER BY SUM(x) DESC, COUNT(*), g LIMIT 7
`
  .trim()
  .split('\n');

describe('ranks', () => {
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
