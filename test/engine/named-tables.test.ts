import { expect, it } from 'vitest';
import { namedTables } from '../../src/engine/named-tables.ts';
import { parseStatement } from '../../src/parser/parse.ts';

it.each([
  ['SELECT 1', []],
  ['SELECT COUNT(*) FROM "Claims" c', ['claims']],
  ['SELECT SUM(x) FROM (SELECT a AS x FROM T WHERE a > 1) s', ['t']],
  ['WITH t AS (SELECT a FROM u) SELECT SUM(a) FROM t', ['u']],
  ['WITH t AS (SELECT a FROM t) SELECT SUM(a) FROM t', ['t']],
  ['WITH x AS (SELECT a FROM t), y AS (SELECT a FROM x) SELECT SUM(a) FROM y', ['t']],
  [
    'SELECT 1 FROM a JOIN b x ON a.k = x.k, c LEFT JOIN (d CROSS JOIN E) USING (k)',
    ['a', 'b', 'c', 'd', 'e'],
  ],
  ['SELECT 1 FROM a UNION ALL SELECT 2 FROM b EXCEPT SELECT 3 FROM c', ['a', 'b', 'c']],
  ['WITH a AS (SELECT 1 FROM b) SELECT 1 FROM a UNION SELECT 2 FROM A, c', ['b', 'c']],
  ['SELECT 1 FROM a WHERE x IN (SELECT y FROM b) AND EXISTS (SELECT 1 FROM c)', ['a', 'b', 'c']],
  ['SELECT (SELECT MAX(x) FROM b) + 1 FROM a HAVING 1 > (SELECT 2 FROM c)', ['a', 'b', 'c']],
  [
    'SELECT SUM(CASE WHEN x > (SELECT 1 FROM b) THEN 1 END) FROM a GROUP BY (SELECT 1 FROM c)',
    ['a', 'b', 'c'],
  ],
  [
    'SELECT RANK() OVER (ORDER BY (SELECT 1 FROM b)) FROM a ORDER BY (SELECT 1 FROM c)',
    ['a', 'b', 'c'],
  ],
  ['SELECT 1 FROM (WITH b AS (SELECT 1 FROM c) SELECT 1 FROM b) x JOIN b ON TRUE', ['b', 'c']],
  ['SELECT x FROM a WHERE x IN (WITH a AS (SELECT 1 FROM b) SELECT 1 FROM a)', ['a', 'b']],
])('%s', (sql, tables) => {
  expect(namedTables(parseStatement(sql).select)).toEqual(tables);
});
