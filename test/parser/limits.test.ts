import { describe, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement } from '../../src/parser/parse.ts';

const repeat = (text: string, times: number) => text.repeat(times);
const nested = (depth: number, inside: string) =>
  `${repeat('(', depth)}${inside}${repeat(')', depth)}`;

describe('limits', () => {
  it.each([
    ['100 nested parentheses', `SELECT ${nested(100, 'a')}`, 'SQL_TOO_LARGE'],
    ['60 nested parentheses', `SELECT ${nested(60, 'a')}`, 'ok'],
    ['an error inside 60 parentheses', `SELECT ${nested(60, 'a = = b')}`, 'SQL_SYNTAX'],
    ['nothing inside 60 parentheses', `SELECT ${nested(60, '')}`, 'SQL_SYNTAX'],
    ['60 unclosed parentheses', `SELECT ${repeat('(', 60)}a`, 'SQL_SYNTAX'],
    ['60 nested NOTs', `SELECT ${repeat('NOT (', 60)}a${repeat(')', 60)}`, 'ok'],
    ['60 nested functions', `SELECT ${repeat('f(', 60)}a${repeat(')', 60)}`, 'ok'],
    ['60 nested CASEs', `SELECT ${repeat('CASE ', 60)}a${repeat(' WHEN 1 THEN 2 END', 60)}`, 'ok'],
    ['100 nested CASEs', `SELECT ${repeat('CASE ', 100)}a`, 'SQL_TOO_LARGE'],
    ['60 CASEs that never end', `SELECT ${repeat('(CASE ', 30)}a${repeat(')', 30)}`, 'SQL_SYNTAX'],
    ['1000 branches', `SELECT CASE ${repeat('WHEN a = 1 THEN 2 ', 1000)}END`, 'ok'],
    ['60 casts', `SELECT a${repeat('::INT', 60)}`, 'ok'],
    ['4000 casts', `SELECT a${repeat('::INT', 4000)}`, 'SQL_TOO_LARGE'],
    ['60 nested casts', `SELECT ${repeat('CAST((', 30)}a${repeat(') AS INT)', 30)}`, 'ok'],
    ['casts within casts', `SELECT ${repeat('(', 20)}a${repeat('::INT)::TEXT', 20)}`, 'ok'],
    ['60 nested substrings', `SELECT ${repeat('SUBSTRING(', 60)}a${repeat(' FROM 1)', 60)}`, 'ok'],
    [
      '60 derived tables',
      `SELECT a FROM ${repeat('(SELECT a FROM ', 60)}t${repeat(') s', 60)}`,
      'ok',
    ],
    ['500 common tables', `WITH ${repeat('x AS (SELECT 1), ', 500)}y AS (SELECT 2) SELECT 3`, 'ok'],
    ['256 parameters', `SELECT a IN (${repeat('?, ', 255)}?)`, 'ok'],
    ['257 parameters', `SELECT a IN (${repeat('?, ', 256)}?)`, 'SQL_TOO_LARGE'],
    ['a large parameter', 'SELECT $257', 'SQL_TOO_LARGE'],
    ['4000 arguments', `SELECT f(${repeat('1, ', 3999)}1)`, 'ok'],
    ['2000 concatenations', `SELECT a${repeat(' || a', 2000)}`, 'SQL_TOO_LARGE'],
    ['2000 LIKEs', `SELECT a${repeat(' LIKE a', 2000)}`, 'SQL_TOO_LARGE'],
    ['2000 comparisons', `SELECT a${repeat(' IS DISTINCT FROM a', 2000)}`, 'SQL_UNSUPPORTED'],
    ['1000 sort keys', `SELECT a FROM t ORDER BY ${repeat('a DESC, ', 1000)}a`, 'ok'],
    ['1000 LIMITs', `SELECT a FROM t ${repeat('LIMIT 1 OFFSET 1 ', 1000)}`, 'SQL_SYNTAX'],
    ['60 nested sums', `SELECT ${repeat('SUM(a + ', 60)}a${repeat(')', 60)}`, 'ok'],
    ['400 NOTs', `SELECT ${repeat('NOT ', 400)}a`, 'ok'],
    ['8000 NOTs', `SELECT ${repeat('NOT ', 8000)}a`, 'SQL_TOO_LARGE'],
    ['8000 minus signs', `SELECT ${repeat('- ', 8000)}a`, 'SQL_TOO_LARGE'],
    ['400 ANDs', `SELECT ${repeat('a = 1 AND ', 400)}a = 1`, 'ok'],
    ['2000 ANDs', `SELECT ${repeat('a = 1 AND ', 2000)}a = 1`, 'SQL_TOO_LARGE'],
    ['4000 sums', `SELECT ${repeat('a + ', 4000)}a`, 'SQL_TOO_LARGE'],
    ['4000 values in a list', `SELECT a IN (${repeat('1, ', 3999)}1)`, 'ok'],
    ['an error behind 4000 values', `SELECT a IN (${repeat('1, ', 3999)}1 1)`, 'SQL_SYNTAX'],
    ['10000 tokens', `SELECT a IN (${repeat('1, ', 5000)}1)`, 'SQL_TOO_LARGE'],
    ['70000 characters', `SELECT '${repeat('x', 70_000)}'`, 'SQL_TOO_LARGE'],
    ['10 million characters', repeat(' ', 10_000_000), 'SQL_TOO_LARGE'],
    ['a comment nested 10000 deep', `${repeat('/*', 10_000)} SELECT 1`, 'SQL_SYNTAX'],
    ['1000 dots', `SELECT ${repeat('a.', 1000)}a`, 'SQL_UNSUPPORTED'],
    ['1000 words', `SELECT ${repeat('a ', 1000)}`, 'SQL_SYNTAX'],
    [
      '1000 JOINs without a condition',
      `SELECT a FROM t ${repeat('JOIN t ', 1000)}`,
      'SQL_UNSUPPORTED',
    ],
    ['500 joins', `SELECT a FROM t ${repeat('JOIN t USING (a) ', 500)}`, 'ok'],
    ['1000 joins', `SELECT a FROM t ${repeat('JOIN t USING (a) ', 1000)}`, 'SQL_TOO_LARGE'],
    ['500 commas in FROM', `SELECT a FROM ${repeat('t, ', 500)} t`, 'ok'],
    ['4000 commas in FROM', `SELECT a FROM ${repeat('t, ', 4000)} t`, 'SQL_TOO_LARGE'],
    [
      '60 joins in joins',
      `SELECT a FROM ${repeat('(t NATURAL JOIN ', 60)}u${repeat(')', 60)}`,
      'ok',
    ],
    ['60 parentheses around a join', `SELECT a FROM ${nested(60, 't NATURAL JOIN u')}`, 'ok'],
    ['60 subqueries', `SELECT ${repeat('(SELECT ', 60)}a${repeat(')', 60)}`, 'ok'],
    ['60 parentheses around a query', `SELECT a IN ${nested(60, 'SELECT 1')}`, 'ok'],
    [
      '60 nested IN',
      `SELECT a WHERE ${repeat('a IN (SELECT a WHERE ', 60)}p${repeat(')', 60)}`,
      'ok',
    ],
    ['500 windows', `SELECT ${repeat('SUM(a) OVER (ORDER BY b), ', 500)}a`, 'ok'],
    [
      'windows that grow in place',
      `SELECT ${repeat('SUM(a) OVER w, ', 1000)}a WINDOW w AS (PARTITION BY ${repeat('a, ', 1000)}a)`,
      'SQL_TOO_LARGE',
    ],
    ['100 intervals', `SELECT ${repeat('interval ', 100)}`, 'SQL_SYNTAX'],
    ['500 unions', `SELECT 1 ${repeat('UNION SELECT 1 ', 500)}`, 'ok'],
    ['1000 unions', `SELECT 1 ${repeat('UNION SELECT 1 ', 1000)}`, 'SQL_TOO_LARGE'],
    ['1000 intersections', `SELECT 1 ${repeat('INTERSECT SELECT 1 ', 1000)}`, 'SQL_TOO_LARGE'],
  ])('%s end quickly', (_, sql, expected) => {
    const start = performance.now();
    expect(outcome(sql)).toBe(expected);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

function outcome(sql: string): string {
  try {
    parseStatement(sql);
    return 'ok';
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    expect(error.position === undefined).toBe(
      error.code === 'SQL_TOO_LARGE' && sql.length > 65_536,
    );
    return error.code;
  }
}
