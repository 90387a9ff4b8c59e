import { describe, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { parseStatement, parseStatements } from '../../src/parser/parse.ts';
import { label, normalisedSql, print } from '../../src/parser/print.ts';
import { oneSelect } from './one-select.ts';

const canonical = (sql: string) => print(parseStatement(sql).select);
const condition = (text: string) => canonical(`SELECT a FROM t WHERE ${text}`).slice(22);

describe('one statement', () => {
  it('gives every node its name and position', () => {
    const sql = 'explain SELECT State,\n  SUM(amount * -2) "Total" FROM "Claims" c\nWHERE (a);';
    expect(parseStatement(sql)).toEqual({
      sql: sql.slice(0, -1),
      explain: true,
      select: {
        kind: 'select',
        at: { line: 1, column: 9 },
        items: [
          {
            at: { line: 1, column: 16 },
            expression: { kind: 'column', name: 'State', at: { line: 1, column: 16 } },
          },
          {
            at: { line: 2, column: 3 },
            alias: 'Total',
            expression: {
              kind: 'aggregate',
              fn: 'sum',
              distinct: false,
              at: { line: 2, column: 3 },
              operand: {
                kind: 'arithmetic',
                op: '*',
                at: { line: 2, column: 7 },
                left: { kind: 'column', name: 'amount', at: { line: 2, column: 7 } },
                right: {
                  kind: 'negate',
                  at: { line: 2, column: 16 },
                  operand: { kind: 'number', text: '2', at: { line: 2, column: 17 } },
                },
              },
            },
          },
        ],
        from: { name: 'Claims', alias: 'c', at: { line: 2, column: 33 } },
        where: { kind: 'column', name: 'a', at: { line: 3, column: 8 } },
        with: [],
        distinct: false,
        groupBy: [],
        orderBy: [],
      },
      parameters: 0,
    });
  });

  it.each([
    ['a OR b AND c', '(a OR (b AND c))'],
    ['a AND b OR c AND d OR e', '(((a AND b) OR (c AND d)) OR e)'],
    ['(a OR b) AND c', '((a OR b) AND c)'],
    ['NOT a = 1 AND b', '((NOT (a = 1)) AND b)'],
    ['NOT (a) = b OR c', '((NOT (a = b)) OR c)'],
    ['NOT (a OR b) AND NOT NOT c', '((NOT (a OR b)) AND (NOT (NOT c)))'],
    ['a - b - c * -d < 1 + 2', '(((a - b) - (c * (-d))) < (1 + 2))'],
    ['a-1 = -1 AND b*-1 <- 1', '(((a - 1) = (-1)) AND ((b * (-1)) < (-1)))'],
    ['a BETWEEN 1 AND 2 + 3 AND b', '((a BETWEEN 1 AND (2 + 3)) AND b)'],
    ['a + 1 NOT BETWEEN (b) AND ((c)) OR d', '(((a + 1) NOT BETWEEN b AND c) OR d)'],
    ['a + 1 IS NOT NULL AND b IN (1, -2, (3))', '(((a + 1) IS NOT NULL) AND (b IN (1, (-2), 3)))'],
    ['a = NULL', '(a = NULL)'],
    ["s != 'it''s' AND d >= date '2020-01-01'", "((s <> 'it''s') AND (d >= DATE '2020-01-01'))"],
    ['x = 1e-5 AND y = 1.50 AND z = .5', '(((x = 1e-5) AND (y = 1.50)) AND (z = .5))'],
    ['((((a))))', 'a'],
    ['a || b + c * d // e % f', '(a || (b + (((c * d) // e) % f)))'],
    ["a + b || 'x' LIKE c || '%' AND d", "((((a + b) || 'x') LIKE (c || '%')) AND d)"],
    ["NOT a NOT ILIKE b ESCAPE '!' OR c", "((NOT (a NOT ILIKE b ESCAPE '!')) OR c)"],
    ['a IS NOT DISTINCT FROM b + 1 AND c', '((a IS NOT DISTINCT FROM (b + 1)) AND c)'],
    ['NOT a IS TRUE AND b IS NOT UNKNOWN', '((NOT (a IS TRUE)) AND (b IS NOT UNKNOWN))'],
    ['-a::INT::TEXT', '(-CAST(CAST(a AS INT) AS TEXT))'],
    ['f(a)::decimal(12,2) * (b + c)::t1', '(CAST(F(a) AS DECIMAL(12, 2)) * CAST((b + c) AS T1))'],
    ['CASE WHEN a OR b THEN c END = 1', '(CASE WHEN (a OR b) THEN c END = 1)'],
    ['case a when 1 then b else c end', 'CASE a WHEN 1 THEN b ELSE c END'],
    ['count(distinct a) filter (where b) > $2', '(COUNT(DISTINCT a) FILTER (WHERE b) > $2)'],
    ['substring(a from 2 for b) = ?', '(SUBSTRING(a, 2, b) = $1)'],
    ['extract(YEAR from d) = interval (1) day', '(EXTRACT(YEAR FROM d) = INTERVAL 1 DAY)'],
    [
      'a::double precision = b::timestamp without time zone',
      '(CAST(a AS DOUBLE) = CAST(b AS TIMESTAMP))',
    ],
  ])('groups %s', (text, expected) => expect(condition(text)).toBe(expected));

  it('keeps names as written, whatever they hold', () => {
    expect(canonical('select A.b, "d(k, x)" As "o""o", year AS "x y" From "A B" A')).toBe(
      'SELECT A.b, "d(k, x)" AS "o""o", "year" AS "x y" FROM "A B" AS A',
    );
    expect(canonical('SELECT q1, p2, "q3", s4 AS p5 FROM q6')).toBe(
      'SELECT q1, p2, q3, s4 AS p5 FROM q6',
    );
    expect(canonical('SELECT t.order AS limit, état, 価格 FROM t')).toBe(
      'SELECT t."order" AS "limit", "état", "価格" FROM t',
    );
  });

  it('counts parameters', () => {
    const count = (sql: string) => parseStatement(sql).parameters;
    expect(count('SELECT 1')).toBe(0);
    expect(count('SELECT ? FROM t WHERE a = ? LIMIT ?')).toBe(3);
    expect(count('SELECT $3, $1')).toBe(3);
    expect(canonical('SELECT ?, ? OFFSET ? LIMIT ?')).toBe('SELECT $1, $2 LIMIT $4 OFFSET $3');
  });

  it('has one text for every spelling of the same statement', () => {
    const one = parseStatement(
      'SELECT (a) x, sum(b) FROM t GROUP BY 1 OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY',
    );
    const other = parseStatement(
      'select a AS x -- note\n, SUM((b)) from t group by (1) limit 3 offset 2',
    );
    expect(normalisedSql(one)).toBe(normalisedSql(other));
    expect(normalisedSql(one)).toBe('SELECT a AS x, SUM(b) FROM t GROUP BY 1 LIMIT 3 OFFSET 2');
    expect(normalisedSql(parseStatement('SELECT a FROM "T"'))).not.toBe(
      normalisedSql(parseStatement('SELECT a FROM t')),
    );
  });

  it('prints labels with the parentheses that are needed', () => {
    const [item] = oneSelect('select sum(((a) + 1) * (b * c) - (-(-d)))').items;
    expect(item && 'expression' in item && label(item.expression)).toBe(
      'SUM((a + 1) * (b * c) - - -d)',
    );
  });

  it('must be one', () => {
    expect(() => parseStatement(' -- nothing\n ;')).toThrow(/empty/);
    expect(() => parseStatement('SELECT 1; SELECT 2')).toThrow(/only one statement/);
  });
});

describe('several statements', () => {
  it('are split at semicolons that stand outside quotes and comments', () => {
    const text = `SELECT 1; -- a;\nSELECT ';' AS ";" /* ; */ ;; \n SELECT 3`;
    const parsed = parseStatements(text);
    expect(parsed.map(({ sql }) => sql)).toEqual(['SELECT 1', `SELECT ';' AS ";"`, 'SELECT 3']);
    expect(parsed.map(({ at }) => [at.line, at.column])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(parsed.every(({ statement }) => !(statement instanceof TacitError))).toBe(true);
  });

  it('fail one by one, with positions in the whole text', () => {
    const text = "SELECT 1;\nSELECT (a;\nSELECT 5.;\n  hello;SELECT 2;\nSELECT a LIKE 'x;";
    const codes = parseStatements(text).map(({ statement }) =>
      statement instanceof TacitError
        ? [statement.code, statement.position?.line, statement.position?.column]
        : 'ok',
    );
    expect(codes).toEqual([
      'ok',
      ['SQL_SYNTAX', 2, 8],
      ['SQL_SYNTAX', 3, 8],
      ['SQL_SYNTAX', 4, 3],
      'ok',
      ['SQL_SYNTAX', 5, 15],
    ]);
  });
});
