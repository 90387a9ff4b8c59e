import { beforeAll, describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../src/transport/memory.ts';
import { type Consortium, inProcessConsortium } from '../engine/consortium.ts';
import { linesOfLinks } from './links.ts';
import { type PlainRow, plainTable, variedRow } from './plain-table.ts';

/** Tables of one shape: what an observer of the wire sees must not tell them apart. */
const CONTENTS: Record<string, (k: number) => PlainRow> = {
  'varied rows': variedRow,
  'all NULL': (k) => ({ id: k, a: null, b: null, c: 0n, flag: null, word: null }),
  'no NULL, every row kept, one group': (k) => ({
    id: k,
    a: 1,
    b: 500,
    c: 2n ** 45n,
    flag: true,
    word: 'NY',
  }),
  'no NULL, every row filtered out': (k) => ({
    id: k,
    a: 1000,
    b: -500,
    c: -(2n ** 45n),
    flag: false,
    word: 'AK',
  }),
};

const QUERIES = [
  'SELECT COUNT(*) FROM t WHERE a < 700',
  'SELECT SUM(id), SUM(b), COUNT(b) FROM t',
  "SELECT SUM(b) FROM t WHERE a BETWEEN 1 AND 999 AND (flag OR word IN ('NE', 'NY'))",
  'SELECT AVG(a), COUNT(a) FROM t WHERE b IS NOT NULL',
  'SELECT SUM(c), AVG(c) FROM t WHERE a < 700',
  'SELECT SUM(a * b), SUM(a * a) FROM t WHERE NOT flag',
  'SELECT SUM(c * a) FROM t WHERE b > 0',
  'SELECT SUM(c * c) FROM t',
  'SELECT word, COUNT(*), SUM(b) FROM t GROUP BY word',
  'SELECT flag, word, AVG(c), COUNT(*) FROM t WHERE a <> 5 GROUP BY flag, word',
  'SELECT MIN(a), MAX(c), MIN(b) FROM t WHERE flag',
  'SELECT word, SUM(c) FROM t GROUP BY word HAVING COUNT(*) > 3 ORDER BY 2 DESC LIMIT 2',
];

/** Parts are ordered by their random ids, so all that have rows have equally many. */
const OWNERS = [290, 0, 290];

interface Observed {
  /** What passes on each link. */
  readonly links: readonly string[];
  readonly sealed: readonly number[];
  readonly stats: readonly unknown[];
  /** The answer, to see that the contents do differ. */
  readonly rows: string;
}

describe('tables of equal shape look alike on the wire', () => {
  let record: TraceEntry[] = [];
  const consortia = new Map<string, Consortium>();

  beforeAll(async () => {
    for (const [name, row] of Object.entries(CONTENTS)) {
      const table = plainTable(OWNERS, row);
      consortia.set(name, await inProcessConsortium([table], () => ({ record })));
    }
  });

  async function observe(name: string, sql: string): Promise<Observed> {
    record = [];
    const consortium = consortia.get(name);
    if (consortium === undefined) throw new Error(`no table with ${name}`);
    const result = await consortium.query(sql);
    const links = linesOfLinks(record);
    const { rounds, bytesSentPerParty, bytesToAnalyst, andGates, multiplications } = result.stats;
    return {
      links,
      sealed: [bytesToAnalyst],
      stats: [rounds, bytesSentPerParty, andGates, multiplications],
      rows: JSON.stringify(result.rows),
    };
  }

  it('the queries use every kind of message', async () => {
    const steps = new Set<string>();
    for (const sql of QUERIES) {
      for (const link of (await observe('varied rows', sql)).links) {
        steps.add(link.split(' ')[3]?.replaceAll(/\d+/g, '') ?? '');
      }
    }
    const wanted = [
      ...['./a', './ba', './br', './iu', './iw', './m', './dot', 'zero'],
      // Carries, scalars to bits, folds, ranks.
      ...['/nm', '/na', '/nu', '/nw', '/m', '/a', '/f.a', './p', '/c'],
      // Verification of the batches of the program's own lane.
      ...['va/h', 'va/e', 'va/c', 'va/l', 'va/m', 'va/o', 'vp/h', 'vp/l', 'vp/o'],
    ];
    expect([...steps]).toEqual(expect.arrayContaining(wanted));
  });

  it.each(QUERIES)('%s', async (sql) => {
    const seen: Observed[] = [];
    for (const name of consortia.keys()) seen.push(await observe(name, sql));
    const [first, ...others] = seen;
    expect(first?.links.length).toBeGreaterThan(12);
    for (const other of others) {
      expect(other.links).toEqual(first?.links);
      expect(other.sealed).toEqual(first?.sealed);
      expect(other.stats).toEqual(first?.stats);
    }
    expect(new Set(seen.map(({ rows }) => rows)).size).toBeGreaterThan(1);
  });
});
