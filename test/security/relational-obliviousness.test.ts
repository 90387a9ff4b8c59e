import { beforeAll, describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../src/transport/memory.ts';
import { type Consortium, inProcessConsortium } from '../engine/consortium.ts';
import { linesOfLinks } from './links.ts';
import { rowTable, type ShownRow } from './row-table.ts';

const LONG = process.env['TACIT_LONG'] === '1';

type MakeRow = (n: number) => ShownRow;

/** Ids of `v` begin here, so that keys of `u` may be among them or not. */
const FIRST = 200;

/** Contents of `u` and of the other tables: what passes on the wire must not tell them apart. */
const CONTENTS: Readonly<Record<string, { readonly u: MakeRow; readonly v: MakeRow }>> = {
  'varied rows': {
    u: (n) => ({ ...varied(n), id: n }),
    v: (n) => ({ ...varied(n + 3), id: FIRST + n }),
  },
  'all keys equal': {
    u: (n) => ({ id: n, k: FIRST + 1, x: 3, word: 'NY' }),
    v: (n) => ({ id: FIRST + n, k: FIRST + 1, x: 4, word: 'NY' }),
  },
  'all NULL': {
    u: (n) => ({ id: n, k: null, x: null, word: null }),
    v: (n) => ({ id: FIRST + n, k: null, x: null, word: null }),
  },
  'nothing in common': {
    u: (n) => ({ id: n, k: 2 * n, x: (n % 4) + 4, word: 'AK' }),
    v: (n) => ({ id: FIRST + n, k: 2001 + 2 * n, x: -(n % 4) - 4, word: 'NE' }),
  },
};

function varied(n: number): Omit<ShownRow, 'id'> {
  return {
    k: n % 4 === 3 ? null : FIRST + ((n * 7) % 3),
    x: n % 5 === 4 ? null : ((n * 5) % 16) - 8,
    word: n % 6 === 5 ? null : ((['AK', 'NE', 'NY'] as const)[(n * 2) % 3] ?? null),
  };
}

const STATEMENTS = `
SELECT id, x FROM u
SELECT id, word FROM u WHERE x > 0
SELECT id, k FROM u WHERE x > 0 ORDER BY k, id
SELECT id, k FROM v ORDER BY k, id LIMIT 2 OFFSET 1
SELECT x FROM u LIMIT 3
SELECT u.id, v.id FROM u JOIN v ON u.k = v.k
SELECT u.id, v.id FROM u LEFT JOIN v ON u.k = v.k
SELECT u.id, v.x FROM u LEFT JOIN v ON u.k = v.k AND u.x < v.x
SELECT u.id, v.id FROM u FULL JOIN v ON u.word = v.word
SELECT u.id, v.x FROM u JOIN v ON u.k = v.id
SELECT u.id, v.x FROM u LEFT JOIN v ON u.k = v.id
SELECT v.id, u.x FROM u RIGHT JOIN v ON u.k = v.id
SELECT u.id, v.id FROM u JOIN v ON u.x < v.x
SELECT u.id, v.id FROM u LEFT JOIN v ON u.x > v.x
SELECT COUNT(*) FROM u CROSS JOIN v WHERE u.word = v.word
SELECT id FROM u WHERE k IN (SELECT k FROM v)
SELECT id FROM u WHERE k NOT IN (SELECT k FROM v WHERE x > 0)
SELECT id FROM u WHERE EXISTS (SELECT 1 FROM v WHERE v.k = u.k AND v.x > u.x)
SELECT id FROM u WHERE NOT EXISTS (SELECT 1 FROM v WHERE v.word = u.word)
SELECT u.word, COUNT(*), SUM(v.x) FROM u JOIN v ON u.k = v.k GROUP BY u.word
SELECT k, COUNT(*), SUM(x), MIN(word) FROM u GROUP BY k
SELECT k, AVG(x) FROM v GROUP BY k HAVING COUNT(*) > 1 ORDER BY k LIMIT 2
SELECT COUNT(DISTINCT k), COUNT(DISTINCT x) FROM u
SELECT DISTINCT k, x FROM u
SELECT id, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id), RANK() OVER (ORDER BY x) FROM u
SELECT id, SUM(x) OVER (PARTITION BY word ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM u
SELECT id, LAG(x) OVER (ORDER BY id), MAX(x) OVER (PARTITION BY k) FROM v
SELECT k FROM u UNION SELECT k FROM v
SELECT k, x FROM u UNION ALL SELECT k, x FROM v
SELECT word FROM u INTERSECT SELECT word FROM v
SELECT k FROM u INTERSECT ALL SELECT k FROM v
SELECT k, x FROM u EXCEPT SELECT k, x FROM v
SELECT k FROM u EXCEPT ALL SELECT k FROM v
`
  .trim()
  .split('\n');

/** Sorts of so many rows have several levels, whose sizes are left to chance. */
const MANY = [
  'SELECT k, COUNT(*), SUM(x) FROM w GROUP BY k',
  'SELECT SUM(v.x), COUNT(*) FROM w JOIN v ON w.k = v.id',
];
const MANY_ROWS = [900];

/** Parts are ordered by their random ids, so all that have rows have equally many. */
const OWNERS = { u: [7], v: [3, 0, 3] };

interface Observed {
  /** What passes on each link. */
  readonly links: readonly string[];
  readonly stats: readonly unknown[];
  /** The answer, to see that the contents do differ. */
  readonly rows: string;
}

describe('relations of equal shape look alike on the wire', () => {
  let record: TraceEntry[] = [];
  const consortia: Consortium[] = [];

  beforeAll(async () => {
    for (const { u, v } of Object.values(CONTENTS)) {
      const tables = [rowTable('u', OWNERS.u, u), rowTable('v', OWNERS.v, v)];
      const many = rowTable('w', MANY_ROWS, (n) => ({ ...v(n % 40), id: n }));
      consortia.push(await inProcessConsortium([...tables, many], () => ({ record })));
    }
  });

  async function observe(consortium: Consortium, sql: string): Promise<Observed> {
    record = [];
    const { rows, stats } = await consortium.query(sql);
    const links = linesOfLinks(record);
    const { rounds, bytesSentPerParty, bytesToAnalyst, andGates, multiplications } = stats;
    return {
      links,
      stats: [rounds, bytesSentPerParty, bytesToAnalyst, andGates, multiplications],
      rows: textOf(rows),
    };
  }

  /** With varied rows and with other contents: all of them in the long run, else one of them, in turns. */
  async function observeAll(sql: string, turn: number): Promise<Observed[]> {
    const [first, ...others] = consortia;
    const chosen = LONG ? others : others.filter((_, k) => k === turn % others.length);
    const seen: Observed[] = [];
    for (const consortium of [first as Consortium, ...chosen]) {
      seen.push(await observe(consortium, sql));
    }
    return seen;
  }

  it.each([...STATEMENTS.entries()])('statement %i: %s', async (turn, sql) => {
    const [first, ...others] = await observeAll(sql, turn);
    expect(first?.links.length).toBeGreaterThan(12);
    for (const other of others) {
      expect(other.links).toEqual(first?.links);
      expect(other.stats).toEqual(first?.stats);
    }
    expect(new Set([first, ...others].map((seen) => seen?.rows)).size).toBeGreaterThan(1);
  });

  it.each(MANY)('but for the levels of sorts and their checks: %s', async (sql) => {
    const seen = await observeAll(sql, 0);
    const [first, ...others] = seen.map(({ links }) => links.filter((link) => !isLevel(link)));
    expect(first?.length).toBeGreaterThan(100);
    for (const other of others) expect(other).toEqual(first);
    // They do differ in these.
    expect(new Set(seen.map(({ links }) => links.join())).size).toBeGreaterThan(1);
    expect(new Set(seen.map(({ rows }) => rows)).size).toBeGreaterThan(1);
  });
});

/** A step of the comparisons of a sort, of their opening, or of the checks, whose number and sizes follow from those. */
function isLevel(link: string): boolean {
  const [, , , step = ''] = link.split(' ');
  return /\/s\d+(a\d+|o)$/.test(step) || /^v\d/.test(step);
}

/** Rows in no order. */
function textOf(rows: readonly unknown[]): string {
  const text = (row: unknown) =>
    JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  return rows.map(text).sort().join();
}
