import { describe, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { pairBrackets } from '../../src/parser/brackets.ts';
import { tokenize } from '../../src/parser/lexer.ts';
import { parseStatement, readSelect } from '../../src/parser/parse.ts';

/** Valid DuckDB SQL that is refused: `¦` marks the reported position, then the name. */
const UNSUPPORTED: readonly (readonly [string, string])[] = [
  ['SELECT ¦DISTINCT ON (a) a FROM t', 'SELECT DISTINCT ON'],
  ['SELECT ¦* EXCLUDE (a) FROM t', '* EXCLUDE'],
  ['SELECT t.¦* REPLACE (1 AS a) FROM t', '* REPLACE'],
  ["SELECT ¦COLUMNS('a') FROM t", 'COLUMNS'],
  ['SELECT COUNT(¦DISTINCT a, b) FROM t', 'DISTINCT over several values'],
  ['SELECT f(¦DISTINCT a) FROM t', 'DISTINCT inside F'],
  ['SELECT f(a) ¦FILTER (WHERE a) FROM t', 'FILTER after this call of F'],
  ['SELECT ¦MIN(a, 2) FROM t', 'MIN with 2 arguments'],
  ['SELECT FIRST(a ¦IGNORE NULLS) FROM t', 'IGNORE NULLS'],
  ['SELECT a, (¦SELECT b FROM u) FROM t', 'a subquery'],
  ['SELECT a FROM (SELECT a FROM t ¦JOIN u ON p) s', 'JOIN'],
  ['SELECT a FROM (SELECT a FROM t) s¦, u', 'a comma join'],
  ['SELECT a FROM (SELECT a FROM t) s ¦LEFT JOIN u USING (a)', 'LEFT JOIN'],
  ['SELECT a FROM (SELECT 1 ¦UNION SELECT 2) s', 'UNION'],
  ['WITH x AS (SELECT 1) SELECT (¦WITH y AS (SELECT 2) SELECT 3)', 'a subquery'],
  ['WITH ¦RECURSIVE x AS (SELECT 1) SELECT 1', 'WITH RECURSIVE'],
  ['WITH x ¦AS MATERIALIZED (SELECT 1) SELECT 1', 'AS MATERIALIZED'],
  ['WITH x ¦AS NOT MATERIALIZED (SELECT 1) SELECT 1', 'AS MATERIALIZED'],
  ['SELECT a FROM t ORDER BY ¦ALL', 'ORDER BY ALL'],
  ['SELECT a FROM t ¦LIMIT 10%', 'LIMIT of a percentage'],
  ['SELECT a FROM t ¦LIMIT 10 PERCENT', 'LIMIT of a percentage'],
  ['SELECT a FROM t ¦FETCH FIRST 1 PERCENT ROWS ONLY', 'FETCH of a percentage'],
  ['SELECT a FROM t ¦FETCH FIRST 1 ROWS WITH TIES', 'FETCH WITH TIES'],
  ['SELECT a FROM t WHERE a BETWEEN ¦SYMMETRIC 2 AND 1', 'BETWEEN SYMMETRIC'],
  ['SELECT a = b ¦IS DISTINCT FROM c FROM t', 'IS'],
  ["SELECT a = b ¦LIKE 'x' FROM t", 'LIKE'],
  ['SELECT a IS NULL ¦= p FROM t', '='],
  ["SELECT ¦POSITION('a' IN s) FROM t", 'POSITION(… IN …)'],
  ["SELECT ¦TRIM('a' FROM s) FROM t", 'TRIM(… FROM …)'],
  ['SELECT TRIM(¦BOTH s) FROM t', 'TRIM(BOTH …)'],
  ["SELECT ¦OVERLAY(s PLACING 'a' FROM 1) FROM t", 'OVERLAY(… PLACING …)'],
  ["SELECT ¦EXTRACT('year' FROM d) FROM t", 'EXTRACT without the bare name'],
  ['SELECT ¦INTERVAL (a) DAY FROM t', 'INTERVAL of anything but'],
  ['SELECT a::¦"INT" FROM t', 'a type of this form'],
  ['SELECT CAST(a AS TIMESTAMP ¦WITH TIME ZONE) FROM t', 'WITH TIME ZONE'],
  ['SELECT a::INT¦[] FROM t', '['],
  ["SELECT d ¦AT TIME ZONE 'UTC' FROM t", 'AT TIME ZONE'],
  ['SELECT a FROM t WHERE a = ¦$name', 'a parameter by name'],
  ['SELECT f(a ¦:= 1) FROM t', 'the operator :='],
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
  ['SELECT 1 ¦UNION SELECT 2', 'UNION'],
  ['SELECT 1 ¦UNION ALL SELECT 2 ORDER BY 1', 'UNION'],
  ['SELECT 1 ¦INTERSECT SELECT 2', 'INTERSECT'],
  ['SELECT 1 ¦EXCEPT SELECT 2', 'EXCEPT'],
  ['SELECT a FROM t ¦QUALIFY a > 1', 'QUALIFY'],
  ['SELECT a FROM t ¦WINDOW w AS ()', 'WINDOW'],
  ['SELECT SUM(a) ¦OVER () FROM t', 'a window function (OVER)'],
  ['SELECT SUM(a) ¦OVER w FROM t', 'a window function (OVER)'],
  ['SELECT SUM(¦ALL a) FROM t', 'ALL inside SUM'],
  ['SELECT SUM(a ¦ORDER BY a) FROM t', 'ORDER BY'],
  ['SELECT ¦COUNT() FROM t', 'COUNT() without an argument'],
  ['SELECT ¦SUM(a, b) FROM t', 'SUM with 2 arguments'],
  ['SELECT SUM(¦*) FROM t', 'SUM(*)'],
  ['SELECT ¦"sum"(a) FROM t', 'the function "sum"'],
  ["SELECT a FROM t WHERE a ¦SIMILAR TO 'x'", 'SIMILAR TO'],
  ["SELECT a FROM t WHERE a ¦GLOB 'x'", 'GLOB'],
  ["SELECT a FROM t WHERE a ¦~ 'x'", 'the operator ~'],
  ['SELECT a ¦^ 2 FROM t', 'the operator ^'],
  ['SELECT a ¦& 2 FROM t', 'the operator &'],
  ['SELECT a ¦== 2 FROM t', 'the operator =='],
  ['SELECT ¦+a FROM t', 'unary +'],
  ['SELECT 1 - ¦+ 2', 'unary +'],
  ['SELECT a FROM t WHERE a ¦ISNULL', 'ISNULL'],
  ['SELECT a FROM t WHERE a ¦NOTNULL', 'NOTNULL'],
  ['SELECT a FROM t WHERE a = b ¦IS NULL', 'IS'],
  ['SELECT a FROM t WHERE a = b ¦IN (1)', 'IN'],
  ['SELECT a FROM t WHERE a BETWEEN 1 AND 2 ¦= p', '='],
  ['SELECT a FROM t WHERE ¦(a, b) = (1, 2)', 'a row value'],
  ['SELECT a FROM t WHERE ¦(a, b) IN ((1, 2))', 'a row value'],
  ['SELECT a FROM t GROUP BY ¦(a, b)', 'a row value'],
  ['SELECT a FROM t GROUP BY ¦ROLLUP (a)', 'ROLLUP'],
  ['SELECT a FROM t GROUP BY ¦CUBE (a)', 'CUBE'],
  ['SELECT a FROM t GROUP BY ¦GROUPING SETS ((a), (b))', 'GROUPING SETS'],
  ['SELECT a ¦COLLATE nocase FROM t', 'COLLATE'],
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
  ['SELECT a ¦year FROM t', 'year is unexpected here'],
  ['SELECT ¦CASE a FROM t', 'this CASE has no END'],
  ['SELECT CASE ¦END', 'END is unexpected here'],
  ['SELECT CASE a ¦END', 'expected WHEN'],
  ['SELECT CASE WHEN a ¦ELSE 1 END', 'expected THEN'],
  ['SELECT CASE WHEN a THEN b ¦c END', 'expected WHEN, ELSE or END'],
  ['SELECT a ¦END', 'END has no CASE'],
  ['SELECT (¦CASE a) END', 'this CASE has no END'],
  ['SELECT CAST(a¦)', 'expected AS'],
  ['SELECT CAST(a AS ¦)', 'expected the name of a type'],
  ['SELECT a¦::', 'the name of a type is missing'],
  ['SELECT COUNT(*) FILTER (¦a)', 'expected WHERE'],
  ['SELECT a IS ¦b', 'expected NULL, TRUE'],
  ['SELECT f(a,¦)', ') is unexpected here'],
  ['SELECT a IN (¦)', 'missing between these parentheses'],
  ['WITH x AS ¦SELECT 1', 'expected ('],
  ['WITH x AS (SELECT 1)¦', 'expected SELECT'],
  ['SELECT a FROM (SELECT b c ¦d) s', 'd is unexpected here'],
  ['SELECT a FROM t ORDER ¦a', 'expected BY'],
  ['SELECT a FROM t ORDER BY a NULLS ¦b', 'expected FIRST or LAST'],
  ['SELECT a FROM t LIMIT¦', 'incomplete'],
  ['SELECT a FROM t ¦FETCH FIRST 1 ROWS', 'FETCH is unexpected here'],
  ['SELECT a FROM t ¦FETCH 1 ROWS ONLY', 'FETCH is unexpected here'],
  ['SELECT a FROM t LIMIT 1 ¦LIMIT 2', 'LIMIT is unexpected here'],
  ['SELECT a FROM t ORDER BY a ¦WHERE b', 'WHERE is unexpected here'],
  ['SELECT $1, ¦?', 'all ? or all $1'],
  ['SELECT ¦$0', 'start at $1'],
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
    expect(failure('SELECT a b c FROM t JOIN u').code).toBe('SQL_SYNTAX');
    expect(failure('SELECT DISTINCT ON (a) a b c FROM t').code).toBe('SQL_UNSUPPORTED');
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
