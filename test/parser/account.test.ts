import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from '../../src/parser/account.ts';
import { pairBrackets } from '../../src/parser/brackets.ts';
import { tokenize } from '../../src/parser/lexer.ts';
import { label, print } from '../../src/parser/print.ts';
import { readQuery } from '../../src/parser/query.ts';
import { respell } from '../../src/parser/spelling.ts';
import type { Expression, SelectStatement } from '../../src/parser/syntax.ts';
import { anyExpression, anyQuery, withoutPositions } from './random-syntax.ts';

const seed = Number(process.env['TACIT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = process.env['TACIT_LONG'] === '1' ? 1000 : 200;

type Reading = ReturnType<typeof readQuery>;

const sourceOf = (text: string) => pairBrackets(respell(pairBrackets(tokenize(text))));

/** What is read before the account. */
function read(text: string): Reading {
  const source = sourceOf(text);
  return readQuery(source, 0, source.tokens.length);
}

/** Whether the account accepts the tree as the reading of the text. */
function accepts({ query, extents }: Reading, text: string): boolean {
  const source = sourceOf(text);
  try {
    settle(query, source, 0, source.tokens.length, extents);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'SQL_UNSUPPORTED' });
    return false;
  }
}

describe(`the token account (seed ${seed})`, () => {
  it.each([
    ['(a OR b) AND c', 'a OR b AND c'],
    ['NOT (a AND b)', 'NOT a AND b'],
    ['a - (b - c)', 'a - b - c'],
    ['-(a + b)', '-a + b'],
    ['a * (b + c)', 'a * b + c'],
    ['a AND b', 'a OR b'],
    ['a < b', 'a <= b'],
    ['a IS NULL', 'a IS NOT NULL'],
    ['a IN (1)', 'a NOT IN (1)'],
    ['a IN (1)', 'a IN (1, 2)'],
    ['1', '1.0'],
    ["'a'", "'A'"],
    ["DATE '2020-01-01'", "TIMESTAMP '2020-01-01'"],
    ['SUM(a)', 'AVG(a)'],
    ['SUM(a)', 'SUM(DISTINCT a)'],
    ['SUM(a)', 'SUM(a) FILTER (WHERE b)'],
    ['COUNT(*)', 'COUNT(a)'],
    ['a', 'a AS b'],
    ['a', '"A"'],
    ['a', 'a FROM t'],
    ['a', 'a ORDER BY a'],
    ['a', 'DISTINCT a'],
    ['a', '(a, b)'],
    ['a / b', 'a // b'],
    ['a * (b / c)', 'a * b / c'],
    ['(a || b) + c', 'a || b + c'],
    ["a LIKE 'x'", "a ILIKE 'x'"],
    ["a LIKE 'x'", "a NOT LIKE 'x'"],
    ["a LIKE 'x'", "a LIKE 'x' ESCAPE 'y'"],
    ['a IS TRUE', 'a IS FALSE'],
    ['a IS UNKNOWN', 'a IS NULL'],
    ['a IS DISTINCT FROM b', 'a IS NOT DISTINCT FROM b'],
    ['CASE WHEN a THEN b END', 'CASE WHEN a THEN b ELSE c END'],
    ['CASE a WHEN b THEN c END', 'CASE WHEN b THEN c END'],
    ['CAST(a AS INT)', 'TRY_CAST(a AS INT)'],
    ['CAST(a AS DECIMAL(1, 2))', 'CAST(a AS DECIMAL(12))'],
    ['EXTRACT(year FROM a)', 'EXTRACT(month FROM a)'],
    ["INTERVAL '3' DAY", 'INTERVAL 3 DAY'],
    ["INTERVAL '3' DAY", "INTERVAL '3' HOUR"],
    ['f(a, b)', 'f(b, a)'],
    ['COUNT(*) FILTER (WHERE a)', 'COUNT(*)'],
    ['$1', '$2'],
    ['*', 't.*'],
    ['DISTINCT a', 'a'],
    ['a ORDER BY a', 'a ORDER BY a DESC'],
    ['a ORDER BY a', 'a ORDER BY a NULLS FIRST'],
    ['a LIMIT 1', 'a OFFSET 1'],
    ['a GROUP BY ALL', 'a GROUP BY a'],
    ['a FROM (SELECT b) s', 'a FROM (SELECT c) s'],
    ['a FROM (SELECT b) s(c)', 'a FROM (SELECT b) s'],
    ['a FROM t JOIN u ON p', 'a FROM t LEFT JOIN u ON p'],
    ['a FROM t LEFT JOIN u ON p', 'a FROM t JOIN u ON p'],
    ['a FROM t JOIN u ON p', 'a FROM t JOIN u USING (p)'],
    ['a FROM t JOIN u USING (a, b)', 'a FROM t JOIN u USING (b, a)'],
    ['a FROM t NATURAL JOIN u', 'a FROM t CROSS JOIN u'],
    ['a FROM t, u', 'a FROM t CROSS JOIN u'],
    ['a FROM t, u JOIN v ON p', 'a FROM t JOIN u ON p, v'],
    ['a FROM t SEMI JOIN u ON p', 'a FROM t ANTI JOIN u ON p'],
    ['a FROM t CROSS JOIN (u CROSS JOIN v)', 'a FROM t CROSS JOIN u CROSS JOIN v'],
    ['a FROM t CROSS JOIN u CROSS JOIN v', 'a FROM t CROSS JOIN (u CROSS JOIN v)'],
    ['1 UNION SELECT 2', '1 UNION ALL SELECT 2'],
    ['1 UNION SELECT 2', '1 EXCEPT SELECT 2'],
    ['1 UNION SELECT 2 ORDER BY 1', '1 UNION (SELECT 2 ORDER BY 1)'],
    ['1 UNION (SELECT 2 UNION SELECT 3)', '1 UNION SELECT 2 UNION SELECT 3'],
    ['1 UNION SELECT 2', '1'],
    ['a IN (SELECT 1)', 'a NOT IN (SELECT 1)'],
    ['a IN (SELECT 1)', 'a IN (1)'],
    ['a IN (SELECT 1)', 'a IN (SELECT 2)'],
    ['EXISTS (SELECT 1)', '(SELECT 1)'],
    ['(SELECT a) + b', '(SELECT a + b)'],
    ['SUM(a) OVER ()', 'SUM(a)'],
    ['SUM(a) OVER (ORDER BY b)', 'SUM(a) OVER (PARTITION BY b)'],
    ['SUM(a) OVER (ORDER BY b)', 'SUM(a) OVER (ORDER BY b DESC)'],
    ['SUM(a) OVER (ROWS 1 PRECEDING)', 'SUM(a) OVER (ROWS 1 FOLLOWING)'],
    ['SUM(a) OVER (ROWS 1 PRECEDING)', 'SUM(a) OVER (RANGE 1 PRECEDING)'],
    ['SUM(a) OVER (ROWS 1 PRECEDING)', 'SUM(a) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)'],
    ['SUM(a) FILTER (WHERE b) OVER ()', 'SUM(a) OVER ()'],
    ['MEDIAN(a)', 'QUANTILE_CONT(a, 0.5)'],
    ['QUANTILE_CONT(a, 0.5)', 'QUANTILE_DISC(a, 0.5)'],
    [
      'PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a)',
      'PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a DESC)',
    ],
  ])('does not take %s for the reading of %s', (wrong, written) => {
    expect(accepts(read(`SELECT ${wrong}`), `SELECT ${wrong}`)).toBe(true);
    expect(accepts(read(`SELECT ${wrong}`), `SELECT ${written}`)).toBe(false);
  });

  it('refuses every other way to group the same tokens', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const text = `SELECT ${label(expression)}`;
        const { query, extents } = read(text);
        expect(accepts({ query, extents }, text)).toBe(true);
        const select = query as SelectStatement;
        const [item] = select.items;
        if (!item || !('expression' in item)) throw new Error('no expression');
        for (const other of rotations(item.expression)) {
          const turned = { ...select, items: [{ ...item, expression: other }] };
          const accepted = accepts({ query: turned, extents }, text);
          expect(accepted, `${text} as ${print(other)}`).toBe(false);
        }
      }),
      { seed, numRuns: RUNS },
    );
  });

  it('accepts the tree of one text for another only if they are equal', () => {
    fc.assert(
      fc.property(anyQuery, anyQuery, (one, other) => {
        const same =
          JSON.stringify(withoutPositions(one)) === JSON.stringify(withoutPositions(other));
        expect(accepts(read(print(one)), print(other))).toBe(same);
        expect(accepts(read(print(one)), print(one))).toBe(true);
      }),
      { seed, numRuns: RUNS },
    );
  });
});

type Binary = Extract<Expression, { kind: 'arithmetic' | 'compare' | 'logic' }>;

/** Trees with the same tokens in the same order, parentheses aside, but another root. */
function rotations(e: Expression): Expression[] {
  const found: Expression[] = [];
  if (!isBinary(e)) {
    if ((e.kind === 'not' || e.kind === 'negate') && isBinary(e.operand)) {
      const { operand } = e;
      found.push({ ...operand, left: { ...e, operand: operand.left } } as Expression);
    }
    return found;
  }
  const { left, right } = e;
  if (isBinary(left)) {
    found.push({ ...left, right: { ...e, left: left.right } as Expression } as Expression);
  }
  if (isBinary(right)) {
    found.push({ ...right, left: { ...e, right: right.left } as Expression } as Expression);
  }
  if (left.kind === 'not' || left.kind === 'negate') {
    found.push({ ...left, operand: { ...e, left: left.operand } as Expression });
  }
  return found;
}

function isBinary(e: Expression): e is Binary {
  return e.kind === 'arithmetic' || e.kind === 'compare' || e.kind === 'logic';
}
