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
  ['WITH ¦RECURSIVE x AS (SELECT 1) SELECT 1', 'WITH RECURSIVE'],
  ['WITH x ¦AS MATERIALIZED (SELECT 1) SELECT 1', 'AS MATERIALIZED'],
  ['WITH x ¦AS NOT MATERIALIZED (SELECT 1) SELECT 1', 'AS MATERIALIZED'],
  ['SELECT a FROM t ORDER BY ¦ALL', 'ORDER BY ALL'],
  ['SELECT a FROM t ¦LIMIT 10%', 'LIMIT of a percentage'],
  ['SELECT a FROM t ¦LIMIT 10 PERCENT', 'LIMIT of a percentage'],
  ['SELECT a FROM t ¦LIMIT 10 % OFFSET 2', 'LIMIT of a percentage'],
  ['SELECT b FROM (SELECT a FROM t ¦LIMIT 10 %) s', 'LIMIT of a percentage'],
  ['SELECT a FROM t ¦FETCH FIRST 10 % ROWS ONLY', 'FETCH of a percentage'],
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
  ['SELECT a FROM t ¦ASOF JOIN u USING (a)', 'ASOF JOIN'],
  ['SELECT a FROM t WHERE a = ¦ANY (SELECT a FROM t)', 'ANY'],
  ['SELECT a FROM t WHERE a = ¦ALL (SELECT a FROM t)', 'ALL'],
  ['SELECT a FROM (¦t)', 'a table in parentheses'],
  ['SELECT a FROM u JOIN (¦t) ON p', 'a table in parentheses'],
  ['SELECT a FROM (t JOIN u ON p) ¦j', 'an alias of joined tables'],
  ['SELECT a FROM v, (t CROSS JOIN u) ¦AS j', 'an alias of joined tables'],
  ['SELECT a FROM t JOIN u ¦JOIN v ON p ON q', 'ON or USING comes after the next join'],
  ['SELECT a FROM t JOIN u ¦LEFT JOIN v ON p USING (a)', 'ON or USING comes after'],
  ['SELECT a FROM t ¦ASOF LEFT JOIN u ON t.a >= u.a', 'ASOF JOIN'],
  ['SELECT a FROM t ¦POSITIONAL JOIN u', 'POSITIONAL JOIN'],
  ['SELECT a FROM t JOIN ¦LATERAL (SELECT 1) u ON p', 'LATERAL'],
  ['SELECT a FROM t, ¦LATERAL (SELECT 1) u', 'LATERAL'],
  ['SELECT a FROM t JOIN u ON p JOIN ¦s.v ON q', 'a schema-qualified table'],
  ['SELECT a FROM t JOIN u ON p JOIN ¦range(3) ON q', 'a table function'],
  ['SELECT a FROM t JOIN u ¦x(b) ON p', 'a column list'],
  ['SELECT a FROM t ¦USING SAMPLE 10', 'USING SAMPLE'],
  ['SELECT 1 UNION ¦BY NAME SELECT 2', 'UNION BY NAME'],
  ['SELECT 1 UNION ALL ¦BY NAME SELECT 2', 'UNION BY NAME'],
  ['SELECT 1 UNION ¦VALUES (2)', 'VALUES'],
  ['SELECT 1 EXCEPT ¦TABLE t', 'TABLE after EXCEPT'],
  ['SELECT 1 INTERSECT ¦FROM t', 'FROM before SELECT'],
  ['¦(SELECT 1) LIMIT 1', 'a statement in parentheses'],
  ['WITH x AS (SELECT 1) (SELECT 2¦)', 'a query in parentheses here'],
  ['SELECT SUM(¦DISTINCT a) OVER (ORDER BY b)', 'DISTINCT inside SUM OVER'],
  ['SELECT RANK(¦*) OVER ()', 'RANK(*)'],
  ['SELECT MEDIAN(a) ¦OVER ()', 'MEDIAN OVER'],
  ['SELECT SUM(a) OVER (ORDER BY b ROWS 1 PRECEDING ¦EXCLUDE TIES)', 'EXCLUDE'],
  ['SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN ¦a PRECEDING AND CURRENT ROW)', 'a frame with'],
  ['SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN ¦1 + 1 PRECEDING AND CURRENT ROW)', 'a frame'],
  ['SELECT SUM(a) OVER (ORDER BY d RANGE ¦INTERVAL 1 DAY PRECEDING)', 'a frame with anything'],
  ['SELECT FIRST_VALUE(a ¦RESPECT NULLS) OVER (ORDER BY b)', 'RESPECT NULLS'],
  ['SELECT a FROM t WINDOW ¦w AS (ORDER BY a)', 'a window that nothing refers to'],
  ['SELECT SUM(a) OVER (w ¦PARTITION BY c) FROM t WINDOW w AS (ORDER BY b)', 'PARTITION BY behind'],
  ['SELECT SUM(a) OVER (w ¦ORDER BY c) FROM t WINDOW w AS (ORDER BY b)', 'a second ORDER BY'],
  ['SELECT SUM(a) OVER (¦w) FROM t WINDOW w AS (ROWS 1 PRECEDING)', 'has a frame already'],
  ['SELECT ¦PERCENTILE_CONT(0.5)', 'PERCENTILE_CONT without WITHIN GROUP'],
  ['SELECT SUM(a) ¦WITHIN GROUP (ORDER BY b)', 'WITHIN GROUP here'],
  ['SELECT ¦MODE() WITHIN GROUP (ORDER BY b)', 'MODE() without an argument'],
  ['SELECT QUANTILE_CONT(a, ¦[0.1, 0.2])', '[ (a list or struct)'],
  ['SELECT a FROM t WHERE ¦(a, b) IN (SELECT 1, 2)', 'a row value'],
  ['SELECT a IN (SELECT 1) ¦IN (SELECT 2)', 'IN'],
  ['SELECT ¦ARRAY(SELECT 1)', 'ARRAY'],
  ['SELECT a FROM (¦VALUES (1)) v(a)', 'VALUES'],
  ['SELECT a FROM ¦range(3) r(a)', 'a table function'],
  ['SELECT a FROM t AS ¦u(a)', 'a column list'],
  ["SELECT a ¦FROM 'f.csv'", 'reading a file in FROM'],
  ['SELECT a FROM ¦s.t', 'a schema-qualified table'],
  ['SELECT a FROM ¦"S"."T"', 'a schema-qualified table'],
  ['SELECT ¦s.t.a FROM t', 'more than two parts'],
  ['SELECT a FROM t ¦QUALIFY a > 1', 'QUALIFY'],
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
  ['SELECT a FROM t JOIN¦', 'expected a table'],
  ['SELECT a FROM t,¦', 'expected a table'],
  ['SELECT a FROM t JOIN u¦', 'expected ON or USING'],
  ['SELECT a FROM t JOIN u\n  ON¦', 'expected a name, value or expression'],
  ['SELECT a FROM t JOIN u ON p\n  LEFT JOIN v ON q = ¦= r', '= is unexpected here'],
  ['SELECT a FROM t JOIN u USING ¦a', 'expected ON or USING'],
  ['SELECT a FROM t JOIN u USING (¦)', 'the name of a column'],
  ['SELECT a FROM t JOIN u USING (a¦.b)', '. is unexpected here'],
  ['SELECT a FROM t JOIN u ON p ¦ON q', 'ON is unexpected here'],
  ['SELECT a FROM t CROSS JOIN u ¦ON p', 'ON is unexpected here'],
  ['SELECT a FROM t NATURAL ¦CROSS JOIN u', 'expected JOIN'],
  ['SELECT a FROM t LEFT ¦u ON p', 'expected JOIN'],
  ['SELECT a FROM t INNER ¦OUTER JOIN u ON p', 'expected JOIN'],
  ['SELECT a FROM (t JOIN u ON p ¦WHERE q)', 'WHERE is unexpected here'],
  ['SELECT a FROM t JOIN (SELECT b c ¦d FROM u) s ON p', 'd is unexpected here'],
  ['SELECT a FROM t WHERE b IN (SELECT c\n FROM u WHERE d ¦e)', 'e is unexpected here'],
  ['SELECT a FROM t WHERE EXISTS (SELECT 1 WHERE¦)', 'a name, value or expression'],
  ['SELECT 1 UNION¦', 'expected SELECT'],
  ['SELECT 1 UNION ¦a', 'expected SELECT'],
  ['SELECT 1 UNION ALL (SELECT 2 ¦3)', '3 is unexpected here'],
  ['SELECT 1 ORDER BY 1 ¦UNION SELECT 2', 'UNION is unexpected here'],
  ['SELECT 1 UNION SELECT 2 LIMIT 1 ¦EXCEPT SELECT 3', 'EXCEPT is unexpected here'],
  ['SELECT SUM(a) OVER (PARTITION ¦a)', 'expected BY'],
  ['SELECT SUM(a) OVER (ORDER BY a ¦PARTITION BY b)', 'PARTITION is unexpected here'],
  ['SELECT SUM(a) OVER (ROWS 1 ¦BEFORE)', 'expected PRECEDING or FOLLOWING'],
  ['SELECT SUM(a) OVER (ROWS BETWEEN 1 PRECEDING ¦OR 2 FOLLOWING)', 'expected AND'],
  ['SELECT SUM(a) OVER (ROWS CURRENT ¦b)', 'expected ROW'],
  ['SELECT SUM(a) OVER ¦w FROM t', 'the window w is not defined here'],
  ['SELECT (SELECT SUM(a) OVER ¦w FROM t) FROM t WINDOW w AS ()', 'is not defined here'],
  ['SELECT SUM(a) OVER w FROM t WINDOW w AS (), ¦W AS ()', 'two windows have this name'],
  ['SELECT SUM(a) OVER w FROM t ORDER BY a ¦WINDOW w AS ()', 'WINDOW is unexpected here'],
  ['SELECT SUM(a) OVER w FROM t WINDOW w AS () ¦WHERE a', 'WHERE is unexpected here'],
  ['SELECT SUM(a) OVER w FROM t WINDOW ¦w', 'w is unexpected here'],
  ['SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (¦a)', 'expected ORDER'],
  ['SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a¦, b)', ', is unexpected here'],
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
