import { describe, expect, it } from 'vitest';
import { pairsToFill } from '../../src/parser/hints.ts';
import { parseStatement } from '../../src/parser/parse.ts';
import { normalisedSql } from '../../src/parser/print.ts';
import { bind } from '../../src/planner/bind/bind.ts';
import { explainPlan } from '../../src/planner/explain.ts';
import { guardsOf } from '../../src/planner/guards.ts';
import { PLAN_LIMITS } from '../../src/planner/limits.ts';
import { LAN } from '../../src/planner/network.ts';
import { choose } from '../../src/planner/physical/choose.ts';
import { optimize } from '../../src/planner/rules/optimize.ts';
import { related } from '../planner/tables.ts';

const planOf = (sql: string, limits = PLAN_LIMITS) =>
  choose(optimize(bind(parseStatement(sql), { tables: related() })), LAN, limits);

describe('hints', () => {
  it.each([
    ['select /*+join_rows(20)*/ a from t', 'SELECT /*+ JOIN_ROWS(20) */ a FROM t'],
    [
      'SELECT/*+ JOIN_ROWS ( B 7 ),JOIN_ROWS(20) */DISTINCT a FROM t',
      'SELECT /*+ JOIN_ROWS(b 7) JOIN_ROWS(20) */ DISTINCT a FROM t',
    ],
    [
      'SELECT a FROM (SELECT /*+ JOIN_ROWS(2) */ a FROM t) s',
      'SELECT a FROM (SELECT /*+ JOIN_ROWS(2) */ a FROM t) AS s',
    ],
    [
      'SELECT /*+ join_rows( B disclosed ) JOIN_ROWS(2)*/ a FROM t',
      'SELECT /*+ JOIN_ROWS(b DISCLOSED) JOIN_ROWS(2) */ a FROM t',
    ],
    ['SELECT /* + JOIN_ROWS(20) */ a /* /*+ x */ */ FROM t', 'SELECT a FROM t'],
  ])('%s', (sql, normalised) => {
    const text = normalisedSql(parseStatement(sql));
    expect(text).toBe(normalised);
    expect(normalisedSql(parseStatement(text))).toBe(text);
  });

  it.each([
    ['SELECT a /*+ JOIN_ROWS(2) */ FROM t', 'SQL_UNSUPPORTED', /^hints stand in one comment/, 10],
    ['/*+ JOIN_ROWS(2) */ SELECT a FROM t', 'SQL_UNSUPPORTED', /^hints stand in one comment/, 1],
    [
      'SELECT /*+ JOIN_ROWS(2) */ /*+ JOIN_ROWS(2) */ a FROM t',
      'SQL_UNSUPPORTED',
      /one comment/,
      28,
    ],
    ['SELECT /*+ HASH_JOIN(a) */ a FROM t', 'SQL_UNSUPPORTED', /^the hint HASH_JOIN is not/, 8],
    [
      'SELECT /*+ JOIN_ROWS(DISCLOSED) */ a FROM (SELECT /*+ JOIN_ROWS(b DISCLOSED) */ a FROM t) s',
      ...(['SQL_UNSUPPORTED', /can have one JOIN_ROWS\(DISCLOSED\)/, 44] as const),
    ],
    ['SELECT /*+ JOIN_ROWS(0) */ a FROM t', 'SQL_SYNTAX', /from 1 on.*found 0/, 8],
    ['SELECT /*+ JOIN_ROWS(many) */ a FROM t', 'SQL_SYNTAX', /found many/, 8],
    ['SELECT /*+ JOIN_ROWS(2) JOIN_ROWS(3) */ a FROM t', 'SQL_SYNTAX', /two hints JOIN_ROWS$/, 8],
    ['SELECT /*+ fast please */ a FROM t', 'SQL_SYNTAX', /the form NAME/, 8],
    ['SELECT /*+ */ a FROM t', 'SQL_SYNTAX', /has none/, 8],
    ['SELECT /*+ JOIN_ROWS(2) a FROM t', 'SQL_SYNTAX', /not closed/, 8],
  ])('%s is refused', (sql, code, message, column) => {
    expect(() => parseStatement(sql)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(message),
        position: { line: 1, column },
      }),
    );
  });
});

describe('the number of a join that is disclosed', () => {
  it.each([
    ['SELECT /*+ JOIN_ROWS(DISCLOSED) */ a FROM t', 'SELECT /*+ JOIN_ROWS(7        ) */ a FROM t'],
    [
      "SELECT 'JOIN_ROWS(DISCLOSED)', /* JOIN_ROWS(DISCLOSED) */ s FROM (SELECT /*+ join_rows(disclosed 3), join_rows( b disclosed )*/ a FROM t) s;",
      "SELECT 'JOIN_ROWS(DISCLOSED)', /* JOIN_ROWS(DISCLOSED) */ s FROM (SELECT /*+ join_rows(disclosed 3), join_rows( b 7         )*/ a FROM t) s;",
    ],
  ])('%s', (sql, filled) => {
    expect(pairsToFill(sql)?.(7)).toBe(filled);
    expect(pairsToFill(filled)).toBeUndefined();
    expect(pairsToFill(` ; EXPLAIN ${sql}`)).toBeUndefined();
  });
});

/** What EXPLAIN says of the joins, and how many guards there are. */
function joins(sql: string): { readonly lines: string[]; readonly guards: number } {
  const plan = planOf(sql);
  const lines = explainPlan(plan).filter((line) => line.includes(' join '));
  return {
    lines: lines.map((line) => line.replace(/^[ └─]*/, '').replace(/ {2,}/, ' | ')),
    guards: guardsOf(plan).length,
  };
}

describe('joins under hints', () => {
  const many = 'x.b, y.n FROM big x JOIN mid y ON x.b = y.b';
  it.each([
    [`SELECT /*+ JOIN_ROWS(500) */ ${many}`, '| 500 rows', 1],
    [`SELECT /*+ JOIN_ROWS(Y 500) */ ${many}`, '| 500 rows', 1],
    [`SELECT /*+ JOIN_ROWS(200000) */ ${many}`, '| 100,000 rows', 0],
    ['SELECT /*+ JOIN_ROWS(500) */ x.b, y.n FROM big x, mid y WHERE x.b = y.b', '| 500 rows', 1],
    [
      'SELECT /*+ JOIN_ROWS(500) */ x.b, y.n FROM big x LEFT JOIN mid y ON x.b = y.b',
      '| 1,500 rows',
      1,
    ],
    ['SELECT /*+ JOIN_ROWS(5) */ x.b, y.n FROM big x JOIN mid y ON x.b = y.a', '| 1,000 rows', 0],
    [`SELECT b FROM (SELECT /*+ JOIN_ROWS(7) */ ${many}) s`, '| 7 rows', 1],
    [`SELECT /*+ JOIN_ROWS(7) */ b FROM (SELECT ${many}) s`, '| 100,000 rows', 0],
  ])('%s', (sql, bound, guards) => {
    const found = joins(sql);
    expect(found.lines.join('\n')).toContain(bound);
    expect(found.guards).toBe(guards);
  });

  it('hold beyond the limit of what is declared, up to that of hints', () => {
    const sql = (hint: string) =>
      `SELECT ${hint} x.n, y.n, z.n FROM big x JOIN big y ON x.b = y.b JOIN big z ON y.b = z.b`;
    expect(() => planOf(sql(''))).toThrow(/may have \d+ rows by what is declared, limits.joinRows/);
    expect(() => planOf(sql('/*+ JOIN_ROWS(5000000) */'))).toThrow(
      /limits.joinRows of the consortium allows 4194304/,
    );
    expect(joins(sql('/*+ JOIN_ROWS(2000) */')).guards).toBe(2);
    const few = { joinRows: 1999 };
    expect(() => planOf(sql('/*+ JOIN_ROWS(2000) */'), few)).toThrow(/2000 rows.* allows 1999/);
  });

  it('name a table that a join adds', () => {
    expect(() => planOf(`SELECT /*+ JOIN_ROWS(x 500) */ ${many}`)).toThrow(
      expect.objectContaining({
        code: 'SQL_UNKNOWN_TABLE',
        message: expect.stringContaining('joins add: y'),
      }),
    );
  });
});
