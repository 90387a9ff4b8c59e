import { describe, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { pairBrackets } from '../../src/parser/brackets.ts';
import { tokenize } from '../../src/parser/lexer.ts';
import { parseStatement, readSelect } from '../../src/parser/parse.ts';

/** Valid DuckDB SQL that is refused: `¦` marks the reported position, then the name. */
const UNSUPPORTED: readonly (readonly [string, string])[] = [
  ['SELECT ¦* FROM t', 'SELECT *'],
  ['SELECT a, ¦* FROM t', 'SELECT *'],
  ['SELECT t.¦* FROM t', 'SELECT t.*'],
  ['SELECT ¦DISTINCT a FROM t', 'SELECT DISTINCT'],
  ['SELECT ¦DISTINCT ON (a) a FROM t', 'SELECT DISTINCT'],
  ['SELECT ¦ALL a FROM t', 'SELECT ALL'],
  ['SELECT a\nFROM t ¦JOIN u ON t.a = u.a', 'JOIN'],
  ['SELECT a FROM t ¦LEFT JOIN u ON t.a = u.a', 'LEFT JOIN'],
  ['SELECT a FROM t x ¦FULL OUTER JOIN u USING (a)', 'FULL OUTER JOIN'],
  ['SELECT a FROM t ¦NATURAL JOIN u', 'NATURAL JOIN'],
  ['SELECT a FROM t ¦NATURAL LEFT JOIN u', 'NATURAL LEFT JOIN'],
  ['SELECT a FROM t ¦CROSS JOIN u', 'CROSS JOIN'],
  ['SELECT a FROM t ¦SEMI JOIN u USING (a)', 'SEMI JOIN'],
  ['SELECT a FROM t ¦ASOF JOIN u USING (a)', 'ASOF JOIN'],
  ['SELECT a FROM t¦, u', 'a comma join'],
  ['SELECT a FROM t x¦, u y WHERE x.a = y.a', 'a comma join'],
  ['SELECT a FROM (¦SELECT 1 AS a) t', 'a subquery'],
  ['SELECT (¦SELECT 1)', 'a subquery'],
  ['SELECT a FROM t WHERE a IN (¦SELECT a FROM t)', 'a subquery'],
  ['SELECT a FROM t WHERE ¦EXISTS (SELECT a FROM t)', 'EXISTS'],
  ['SELECT a FROM t WHERE a = ¦ANY (SELECT a FROM t)', 'ANY'],
  ['SELECT a FROM t WHERE a = ¦ALL (SELECT a FROM t)', 'ALL'],
  ['SELECT a FROM ¦(t)', 'a table in parentheses'],
  ['SELECT a FROM (¦VALUES (1)) v(a)', 'VALUES'],
  ['SELECT a FROM ¦range(3) r(a)', 'a table function'],
  ['SELECT a FROM t AS ¦u(a)', 'a column list'],
  ["SELECT a ¦FROM 'f.csv'", 'reading a file in FROM'],
  ['SELECT a FROM ¦s.t', 'a schema-qualified table'],
  ['SELECT a FROM ¦"S"."T"', 'a schema-qualified table'],
  ['SELECT ¦s.t.a FROM t', 'more than two parts'],
  ['¦WITH x AS (SELECT 1) SELECT 1', 'WITH'],
  ['SELECT 1 ¦UNION SELECT 2', 'UNION'],
  ['SELECT 1 ¦UNION ALL SELECT 2 ORDER BY 1', 'UNION'],
  ['SELECT 1 ¦INTERSECT SELECT 2', 'INTERSECT'],
  ['SELECT 1 ¦EXCEPT SELECT 2', 'EXCEPT'],
  ['SELECT a FROM t GROUP BY a\n  ¦HAVING COUNT(*) > 1', 'HAVING'],
  ['SELECT a FROM t\n ¦ORDER BY a', 'ORDER BY'],
  ['SELECT a FROM t ¦LIMIT 1', 'LIMIT'],
  ['SELECT a FROM t ¦OFFSET 1', 'OFFSET'],
  ['SELECT a FROM t ¦FETCH FIRST 1 ROW ONLY', 'FETCH'],
  ['SELECT a FROM t ¦QUALIFY a > 1', 'QUALIFY'],
  ['SELECT a FROM t ¦WINDOW w AS ()', 'WINDOW'],
  ['SELECT SUM(a) ¦OVER () FROM t', 'a window function (OVER)'],
  ['SELECT SUM(a) ¦OVER w FROM t', 'a window function (OVER)'],
  ['SELECT SUM(a) ¦FILTER (WHERE a > 1) FROM t', 'FILTER'],
  ['SELECT COUNT(¦DISTINCT a) FROM t', 'DISTINCT inside COUNT'],
  ['SELECT SUM(¦ALL a) FROM t', 'ALL inside SUM'],
  ['SELECT SUM(a ¦ORDER BY a) FROM t', 'ORDER BY'],
  ['SELECT ¦COUNT() FROM t', 'COUNT() without an argument'],
  ['SELECT ¦SUM(a, b) FROM t', 'SUM with 2 arguments'],
  ['SELECT SUM(¦*) FROM t', 'SUM(*)'],
  ['SELECT ¦MIN(a) FROM t', 'the function MIN'],
  ['SELECT ¦lower(a) FROM t', 'the function LOWER'],
  ['SELECT ¦"sum"(a) FROM t', 'the function "sum"'],
  ['SELECT ¦COALESCE(a, 0) FROM t', 'the function COALESCE'],
  ['SELECT ¦CASE WHEN a THEN 1 END FROM t', 'CASE'],
  ['SELECT ¦CAST(a AS INT) FROM t', 'CAST'],
  ['SELECT ¦TRY_CAST(a AS INT) FROM t', 'TRY_CAST'],
  ['SELECT a¦::INT FROM t', 'a cast with ::'],
  ["SELECT a FROM t WHERE a ¦LIKE 'x'", 'LIKE'],
  ["SELECT a FROM t WHERE a NOT ¦ILIKE 'x'", 'ILIKE'],
  ["SELECT a FROM t WHERE a ¦SIMILAR TO 'x'", 'SIMILAR TO'],
  ["SELECT a FROM t WHERE a ¦GLOB 'x'", 'GLOB'],
  ["SELECT a FROM t WHERE a ¦~ 'x'", 'the operator ~'],
  ['SELECT a ¦/ 2 FROM t', 'the operator /'],
  ['SELECT a ¦% 2 FROM t', 'the operator %'],
  ['SELECT a ¦// 2 FROM t', 'the operator //'],
  ['SELECT a ¦|| b FROM t', 'the operator ||'],
  ['SELECT a ¦^ 2 FROM t', 'the operator ^'],
  ['SELECT a ¦& 2 FROM t', 'the operator &'],
  ['SELECT a ¦== 2 FROM t', 'the operator =='],
  ['SELECT ¦+a FROM t', 'unary +'],
  ['SELECT 1 - ¦+ 2', 'unary +'],
  ['SELECT a FROM t WHERE a = ¦$1', 'a parameter'],
  ['SELECT a FROM t WHERE a = ¦?', 'a parameter'],
  ['SELECT a FROM t WHERE p ¦IS TRUE', 'IS TRUE'],
  ['SELECT a FROM t WHERE p ¦IS NOT FALSE', 'IS NOT FALSE'],
  ['SELECT a FROM t WHERE a ¦IS DISTINCT FROM b', 'IS DISTINCT FROM'],
  ['SELECT a FROM t WHERE a ¦IS NOT DISTINCT FROM b', 'IS NOT DISTINCT FROM'],
  ['SELECT a FROM t WHERE a ¦ISNULL', 'ISNULL'],
  ['SELECT a FROM t WHERE a ¦NOTNULL', 'NOTNULL'],
  ['SELECT a FROM t WHERE a = b ¦IS NULL', 'IS'],
  ['SELECT a FROM t WHERE a = b ¦IN (1)', 'IN'],
  ['SELECT a FROM t WHERE a BETWEEN 1 AND 2 ¦= p', '='],
  ['SELECT a FROM t WHERE ¦(a, b) = (1, 2)', 'a row value'],
  ['SELECT a FROM t WHERE ¦(a, b) IN ((1, 2))', 'a row value'],
  ['SELECT a FROM t GROUP BY ¦(a, b)', 'a row value'],
  ['SELECT a FROM t GROUP BY ¦ALL', 'GROUP BY ALL'],
  ['SELECT a FROM t GROUP BY ¦ROLLUP (a)', 'ROLLUP'],
  ['SELECT a FROM t GROUP BY ¦CUBE (a)', 'CUBE'],
  ['SELECT a FROM t GROUP BY ¦GROUPING SETS ((a), (b))', 'GROUPING SETS'],
  ['SELECT a ¦COLLATE nocase FROM t', 'COLLATE'],
  ["SELECT ¦INTERVAL '1 day'", 'INTERVAL'],
  ['SELECT ¦INTERVAL 1 day', 'INTERVAL'],
  ["SELECT ¦TIME '10:00:00'", 'a literal of type TIME'],
  ["SELECT 'a'\n ¦'b'", 'a string continued'],
  ["SELECT ¦E'a\\n'", "E'…'"],
  ['SELECT ¦$$a$$', '$…$'],
  ['SELECT ¦[1, 2]', '['],
  ["SELECT ¦{'a': 1}", '{'],
  ['SELECT a ¦-> b FROM t', 'the operator ->'],
  ['SELECT a ¦INTO x FROM t', 'SELECT INTO'],
  ['SELECT a FROM t ¦FOR UPDATE', 'FOR UPDATE'],
  ['SELECT a FROM t ¦TABLESAMPLE 10%', 'TABLESAMPLE'],
  ['¦(SELECT 1)', 'a statement in parentheses'],
  ['¦INSERT INTO t VALUES (1)', 'INSERT'],
  ['¦UPDATE t SET a = 1', 'UPDATE'],
  ['¦DELETE FROM t', 'DELETE'],
  ['¦CREATE TABLE x (a INT)', 'CREATE'],
  ['¦DROP TABLE t', 'DROP'],
  ['¦FROM t', 'FROM before SELECT'],
  ['¦VALUES (1)', 'VALUES'],
  ['¦SHOW TABLES', 'SHOW'],
  ['¦PRAGMA version', 'PRAGMA'],
  ['EXPLAIN ¦ANALYZE SELECT 1', 'EXPLAIN ANALYZE'],
  ['EXPLAIN ¦(FORMAT json) SELECT 1', 'EXPLAIN with options'],
  ['EXPLAIN SELECT a FROM t ¦ORDER BY a', 'ORDER BY'],
];

/** Not SQL, or not the SQL DuckDB reads. */
const WRONG: readonly (readonly [string, string])[] = [
  ['¦selec 1', 'expected SELECT or EXPLAIN, found selec'],
  ['¦hello world', 'found hello'],
  ['EXPLAIN ¦hello', 'expected SELECT, found hello'],
  ['¦EXPLAIN', 'expected SELECT after EXPLAIN'],
  ['SELECT¦', 'incomplete'],
  ['SELECT a FROM t WHERE¦', 'incomplete'],
  ['SELECT a FROM t WHERE a =¦', 'incomplete'],
  ['SELECT a b ¦c FROM t', 'c is unexpected here'],
  ['SELECT a frm ¦t', 't is unexpected here'],
  ['SELECT (a + ¦) FROM t', ') is unexpected here'],
  ['SELECT a FROM t WHERE a = ¦= 1', '= is unexpected here'],
  ['SELECT a FROM t GROUP ¦a', 'a is unexpected here'],
  ['SELECT ¦(a FROM t', 'this ( is not closed'],
  ['SELECT a¦) FROM t', 'closes no parenthesis'],
  ['SELECT (¦) FROM t', 'missing between these parentheses'],
  ["SELECT ¦'abc FROM t", 'the string is not closed'],
  ['SELECT ¦1a', '1a is not a number'],
];

describe('what is not supported is refused by name', () => {
  it.each(UNSUPPORTED)('%s: %s', (marked, name) => {
    const error = failure(marked.replace('¦', ''));
    expect(error).toMatchObject({ code: 'SQL_UNSUPPORTED', position: mark(marked) });
    expect(error.message).toContain(name);
    expect(error.message.length).toBeLessThan(100);
  });

  it.each(UNSUPPORTED)('without the table of names: %s', (marked) => {
    const tokens = tokenize(marked.replace('¦', '')).filter(({ kind }) => kind !== 'bad');
    expect(() => readSelect(pairBrackets(tokens), 0)).toThrow(TacitError);
  });
});

describe('what is not SQL', () => {
  it.each(WRONG)('%s: %s', (marked, name) => {
    const error = failure(marked.replace('¦', ''));
    expect(error).toMatchObject({ code: 'SQL_SYNTAX', position: mark(marked) });
    expect(error.message).toContain(name);
    expect(error.message.length).toBeLessThan(120);
  });

  it('is told apart from unsupported SQL by what comes first', () => {
    expect(failure('SELECT a b c FROM t ORDER BY a').code).toBe('SQL_SYNTAX');
    expect(failure('SELECT DISTINCT a b c FROM t').code).toBe('SQL_UNSUPPORTED');
  });

  it('is refused where DuckDB refuses: chained comparisons', () => {
    const error = failure('SELECT a FROM t WHERE a < b < c');
    expect(error).toMatchObject({ code: 'SQL_UNSUPPORTED', position: { line: 1, column: 29 } });
    expect(error.message).toContain('needs parentheses');
  });
});

function failure(sql: string): TacitError {
  try {
    parseStatement(sql);
  } catch (error) {
    if (error instanceof TacitError) return error;
    throw error;
  }
  throw new Error(`accepted: ${sql}`);
}

/** Line and column of the mark `¦`. */
function mark(sql: string): { line: number; column: number } {
  const lines = sql.slice(0, sql.indexOf('¦')).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
