import { describe, expect, it } from 'vitest';
import { nodePlatform } from '../../../cli/connect/analyst-platform.ts';
import { askDisclosing } from '../../../cli/query/ask-statement.ts';
import { runQuery } from '../../../src/client/query/run-query.ts';
import { TacitError } from '../../../src/errors/tacit-error.ts';
import type { ParameterValue } from '../../../src/planner/parameters.ts';
import { type Consortium, inProcessConsortium } from '../../engine/consortium.ts';
import { difference } from '../../oracle/compare.ts';
import { oracle } from '../../oracle/duckdb.ts';
import { rowTable } from '../../security/row-table.ts';

const WORDS = ['AK', 'NE', 'NY', null] as const;

/** `k`, `x` and `word` have duplicates and NULLs, and nothing is declared of them. */
const table = (name: string, rows: number, shift: number) =>
  rowTable(name, [Math.ceil(rows / 2), Math.floor(rows / 2)], (n) => ({
    id: n,
    k: (n + shift) % 7 === 0 ? null : ((n + shift) * 3) % 5,
    x: ((n * 5 + shift) % 16) - 8,
    word: WORDS[(n + shift) % 4] ?? null,
  }));

const TABLES = [table('l', 13, 0), table('r', 11, 2), table('none', 0, 0)];
const HINT = '/*+ JOIN_ROWS(DISCLOSED) */';

interface Case {
  readonly sql: string;
  /** DuckDB's count of the pairs. */
  readonly pairs: string;
  readonly parameters?: readonly ParameterValue[];
  /** One pair less is an error. */
  readonly isTight?: true;
}

const KEYS = 'FROM l JOIN r ON l.k = r.k';

const CASES: readonly Case[] = [
  { sql: `SELECT ${HINT} l.id, r.id ${KEYS}`, pairs: KEYS, isTight: true },
  { sql: `SELECT ${HINT} l.id, r.word FROM l LEFT JOIN r ON l.k = r.k`, pairs: KEYS },
  { sql: `SELECT ${HINT} l.id, r.id FROM l RIGHT JOIN r USING (k)`, pairs: KEYS },
  { sql: `SELECT ${HINT} l.x, r.x FROM l FULL JOIN r ON l.k = r.k AND l.x < r.x`, pairs: KEYS },
  // Other conditions over both sides come after the pairs are made.
  { sql: `SELECT ${HINT} l.id, r.id ${KEYS} AND l.x <> r.x WHERE l.id < r.id`, pairs: KEYS },
  // Those over one side come before.
  {
    sql: `SELECT ${HINT} l.id, r.id FROM l, r WHERE l.k = r.k AND l.x > 0 AND r.word = 'NY'`,
    pairs: `${KEYS} WHERE l.x > 0 AND r.word = 'NY'`,
    isTight: true,
  },
  {
    sql: `SELECT ${HINT} l.id, r.id FROM l LEFT JOIN r ON l.k = r.k AND r.x > 0 WHERE l.x > 0`,
    pairs: `${KEYS} WHERE l.x > 0 AND r.x > 0`,
  },
  {
    sql: `SELECT ${HINT} a.id, b.id FROM l a JOIN l b ON a.k = b.k AND a.word = b.word`,
    pairs: 'FROM l a JOIN l b ON a.k = b.k AND a.word = b.word',
  },
  {
    sql: `SELECT ${HINT} l.id FROM l JOIN r ON l.word = r.word WHERE l.x + r.x > 2`,
    pairs: 'FROM l JOIN r ON l.word = r.word',
  },
  {
    sql: `WITH s AS (SELECT k, x FROM r WHERE x > $1) SELECT ${HINT} l.id, s.x FROM l JOIN s ON l.k = s.k WHERE l.x < $2 ORDER BY 1, 2 LIMIT 4`,
    pairs: `${KEYS} WHERE r.x > -3 AND l.x < 6`,
    parameters: [{ number: '-3' }, { number: '6' }],
  },
  {
    sql: `SELECT s.word, COUNT(*) FROM (SELECT ${HINT} l.word, l.x - r.x AS d ${KEYS}) s WHERE d > 0 GROUP BY s.word`,
    pairs: KEYS,
  },
  {
    sql: `SELECT /*+ JOIN_ROWS(b DISCLOSED), JOIN_ROWS(c 700) */ l.id, b.id, c.id FROM l JOIN r b ON l.k = b.k JOIN r c ON l.word = c.word WHERE b.x > c.x`,
    pairs: 'FROM l JOIN r b ON l.k = b.k',
    isTight: true,
  },
  { sql: `SELECT ${HINT} SUM(l.x * r.x), MIN(l.x - r.x) ${KEYS}`, pairs: KEYS },
  { sql: `SELECT ${HINT} l.id FROM l JOIN none ON l.k = none.k`, pairs: 'FROM l WHERE FALSE' },
];

/** Answers of a statement that discloses a join's size, and the texts that parties were asked. */
async function ask(
  { parties }: Consortium,
  { sql, parameters = [] }: Pick<Case, 'sql' | 'parameters'>,
) {
  const texts: string[] = [];
  const result = await askDisclosing((text, previous) => {
    texts.push(text);
    const statement = { sql: text, parameters, ...(previous && { previous }) };
    return runQuery(parties, statement, nodePlatform);
  }, sql);
  return { result, texts };
}

/** The statement for DuckDB. */
function plain({ parameters = [], sql }: Case): string {
  const values = parameters.map((value) => (value as { number: string }).number);
  return sql.replace(/\$(\d)/g, (_, n: string) => values[Number(n) - 1] ?? '');
}

describe('JOIN_ROWS(DISCLOSED)', async () => {
  const [truth, consortium] = [await oracle(TABLES), await inProcessConsortium(TABLES)];

  it.each(CASES.map((each) => [each.sql, each] as const))('%s', async (_, each) => {
    const { result, texts } = await ask(consortium, each);
    const expected = await truth.run(plain(each));
    expect(difference(expected, result.rows, each.sql.includes('ORDER BY'))).toBeUndefined();
    const { rows } = await truth.run(`SELECT COUNT(*) ${each.pairs}`);
    const pairs = Number(rows[0]?.[0]);
    expect(result.counted?.rows).toEqual([[pairs]]);
    const asked = (n: number) => each.sql.replace('DISCLOSED', String(n).padEnd(9));
    expect(texts).toEqual([each.sql, asked(Math.max(1, pairs))]);
    const first = result.counted?.receipt?.body;
    expect(result.receipt?.body.previous).not.toBe(first?.previous);
    if (each.isTight === true) {
      const { parameters = [] } = each;
      const less = runQuery(
        consortium.parties,
        { sql: asked(pairs - 1), parameters },
        nodePlatform,
      );
      await expect(less).rejects.toMatchObject({ code: 'JOIN_BOUND_EXCEEDED' });
    }
  });

  it('is told before the second question, whatever becomes of that', async () => {
    const counts: unknown[] = [];
    const sql = `SELECT ${HINT} l.id, r.id ${KEYS}`;
    const asking = askDisclosing(
      async (text) => {
        if (text !== sql) throw new TacitError('JOIN_BOUND_EXCEEDED', 'more rows');
        return runQuery(consortium.parties, { sql }, nodePlatform);
      },
      sql,
      undefined,
      ({ rows }) => void counts.push(rows),
    );
    await expect(asking).rejects.toThrow(/when they were counted, and has more now/);
    const { rows } = await truth.run(`SELECT COUNT(*) ${KEYS}`);
    expect(counts).toEqual([[[Number(rows[0]?.[0])]]]);
  });

  it('counts without making pairs, and says so', async () => {
    const sql = `EXPLAIN SELECT ${HINT} l.id, r.id ${KEYS}`;
    const { result, texts } = await ask(consortium, { sql });
    expect(texts).toEqual([sql]);
    expect(result.explain).toMatch(/inner join by look-up.*\n.*\n.*sort and group by k: COUNT/);
    expect(result.disclosures).toContainEqual({
      to: 'everyone',
      what: 'how many rows the join on l.k = r.k has by its keys, in the text of the statement that follows',
    });
    expect(result.stats.rounds).toBeGreaterThan(0);
  });

  it.each([
    [
      'SELECT /*+ JOIN_ROWS(DISCLOSED) */ l.id FROM l JOIN r ON l.k = r.id',
      /no join of this SELECT/,
    ],
    ['SELECT /*+ JOIN_ROWS(DISCLOSED) */ l.id FROM l', /no join of this SELECT/],
    ['SELECT /*+ JOIN_ROWS(DISCLOSED) */ l.id FROM l JOIN r ON l.x < r.x', /without an equality/],
    [
      'SELECT /*+ JOIN_ROWS(DISCLOSED) */ l.id FROM l SEMI JOIN r ON l.k = r.k',
      /no join of this SELECT/,
    ],
    [
      'SELECT /*+ JOIN_ROWS(DISCLOSED) */ l.id FROM l JOIN r a ON l.k = a.k JOIN r b ON l.k = b.k',
      /several joins/,
    ],
    // A look-up only by WHERE.
    [
      'SELECT /*+ JOIN_ROWS(DISCLOSED) */ l.id FROM l, r WHERE l.k = r.id',
      /no join of this SELECT/,
    ],
    // Which rows are below the join is drawn anew in every run.
    [
      'SELECT /*+ JOIN_ROWS(DISCLOSED) */ a.id FROM (SELECT id, k FROM l LIMIT 5) a JOIN r ON a.k = r.k',
      /LIMIT or a window/,
    ],
    [
      'SELECT /*+ JOIN_ROWS(DISCLOSED) */ a.id FROM (SELECT id, FIRST_VALUE(k) OVER (PARTITION BY word) AS k FROM l) a JOIN r ON a.k = r.k',
      /LIMIT or a window/,
    ],
    // The statement itself is refused, before anything is counted.
    ['SELECT /*+ JOIN_ROWS(DISCLOSED) */ l.nothing FROM l JOIN r ON l.k = r.k', /nothing/],
  ])('%s is refused', async (sql, message) => {
    await expect(ask(consortium, { sql })).rejects.toThrow(message);
  });
});
