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
])('%s', (sql, tables) => {
  expect(namedTables(parseStatement(sql).select)).toEqual(tables);
});
