import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../../src/crypto/node.ts';
import { prepare } from '../../../src/engine/prepare.ts';
import { LAN } from '../../../src/planner/network.ts';
import { evaluate } from '../../../src/program/evaluate.ts';
import type { Security } from '../../../src/program/program.ts';
import type { MemoryOptions, SentMessage, TraceEntry } from '../../../src/transport/memory.ts';
import { inProcessConsortium } from '../../engine/consortium.ts';
import { askEach, codesOf } from '../../faults/attack.ts';
import { oracle } from '../../oracle/duckdb.ts';
import type { TestTable } from '../../oracle/tables.ts';
import { rowTable } from '../../security/row-table.ts';
import { clearRows } from '../clear-rows.ts';
import { compareQuery } from '../compare-query.ts';

const WORDS = ['AK', 'NE', 'NY', null] as const;

/** `id` is declared to be different in all rows of both owners: it is if they are listed once. */
function table(name: string, ids: readonly number[]): TestTable {
  const half = Math.floor(ids.length / 2);
  return rowTable(name, [half, ids.length - half], (n) => {
    return {
      id: ids[n] ?? 0,
      k: n % 5 === 0 ? null : n % 3,
      x: (n % 16) - 8,
      word: WORDS[n % 4] ?? null,
    };
  });
}

const LEFT = table('l', [4, 1, 9, 2, 7, 3]);
/** Both owners have 3. */
const TWICE = table('r', [5, 3, 0, 1, 3, 2]);
const DISTINCT = table('r', [5, 3, 0, 1, 6, 2]);

/** Joins that rely on `id` of r, and others. */
const GUARDED = [
  'SELECT l.id, r.x FROM l JOIN r ON l.id = r.id',
  'SELECT l.id, r.word FROM l LEFT JOIN r ON l.id = r.id AND r.x > l.x',
  'SELECT r.word, COUNT(*), SUM(l.x) FROM l JOIN r ON l.id = r.id GROUP BY r.word',
  'SELECT COUNT(*) FROM l JOIN r ON l.k = r.id',
  'SELECT l.id FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.id = l.id AND r.x < l.x)',
  'SELECT l.x, r.x FROM l FULL JOIN r ON l.id = r.id',
];
const FREE = [
  'SELECT id FROM l WHERE id IN (SELECT id FROM r)',
  'SELECT id, COUNT(*) FROM r GROUP BY id',
  'SELECT l.id, g.c FROM l JOIN (SELECT id, COUNT(*) AS c FROM r GROUP BY id) g ON l.id = g.id',
];

/** No value of k is in more than `most` rows, which is declared. */
function declared(most: number, of: TestTable): TestTable {
  const { definition, parts } = of;
  const columns = definition.columns.map((each) => {
    return each.name === 'k' ? { ...each, multiplicity: most } : each;
  });
  return { definition: { ...definition, columns }, parts };
}

const stage = (
  tables: readonly TestTable[],
  security: Security,
  network = (): MemoryOptions => ({}),
) => inProcessConsortium(tables, network, (parts) => ({ ...parts, security }));

describe('a value that two owners have', () => {
  it.each([
    ['active', GUARDED],
    ['passive', GUARDED.slice(0, 1)],
  ] as const)('ends the query everywhere: %s', async (security, queries) => {
    const record: TraceEntry[] = [];
    const consortium = await stage([LEFT, TWICE], security, () => ({ record }));
    const versions = consortium.stores[0]?.tables() ?? [];
    const refusal = /^the join on .*: declared is that a value of id is in one row/;
    for (const sql of queries) {
      record.length = 0;
      const outcomes = await askEach(consortium, sql);
      expect(codesOf(outcomes), sql).toEqual(Array(3).fill('JOIN_BOUND_EXCEEDED'));
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({ message: expect.stringMatching(refusal) });
      expect(record.filter(({ step }) => step === 'barrier' || step === 'commit')).toEqual([]);
      const { program } = prepare(sql, { tables: versions }, LAN, nodeCrypto);
      expect(() => evaluate(program, clearRows(versions, [LEFT, TWICE]))).toThrow(refusal);
    }
    const told = await consortium.query(queries[0] ?? '').catch((error: unknown) => error);
    expect(told).toMatchObject({
      code: 'JOIN_BOUND_EXCEEDED',
      message: expect.stringMatching(refusal),
    });
  });

  it('disturbs nothing that does not rely on it, and nothing if it is not there', async () => {
    for (const [tables, queries] of [
      [[LEFT, TWICE], FREE],
      [[LEFT, DISTINCT], GUARDED],
    ] as const) {
      const [truth, consortium] = [await oracle(tables), await stage(tables, 'active')];
      for (const sql of queries) {
        const outcome = await compareQuery(
          { sql, ordered: false },
          { tables, truth, consortium },
          sql,
        );
        expect(outcome, sql).toBeTypeOf('object');
      }
      truth.close();
    }
  });

  it.each([0, 1, 2])('is not hidden by party %i', async (liar) => {
    const message = (sent: SentMessage): SentMessage[] => {
      if (sent.from !== liar || !/^\d+\/g$/.test(sent.step)) return [sent];
      const payload = sent.payload.slice();
      payload[0] = (payload[0] ?? 0) ^ 1;
      return [{ ...sent, payload }];
    };
    const consortium = await stage([LEFT, TWICE], 'active', () => ({ tamper: { message } }));
    const outcomes = await askEach(consortium, GUARDED[0] ?? '');
    expect(codesOf(outcomes)).not.toContain('answered');
    expect(codesOf(outcomes)).toContain('OPENING_INCONSISTENT');
  });
});

describe('a declared multiplicity above 1', () => {
  const sql = 'SELECT l.id, r.id FROM l JOIN r ON l.k = r.k';
  // Each owner has two rows of a k at most, both together four; 15 pairs: more than twice 6.
  const right = table(
    'r',
    Array.from({ length: 14 }, (_, k) => k),
  );

  it.each([
    [4, 'answers'],
    [2, 'refuses'],
  ] as const)('of %i %s', async (most, what) => {
    const tables = [LEFT, declared(most, right)];
    const [truth, consortium] = [await oracle(tables), await stage(tables, 'active')];
    const answer = await consortium.query(sql).catch((error: unknown) => error);
    if (what === 'refuses') {
      expect(answer).toMatchObject({ code: 'JOIN_BOUND_EXCEEDED', message: /more than 12 rows/ });
    } else {
      await compareQuery({ sql, ordered: false }, { tables, truth, consortium }, sql);
    }
    truth.close();
  });
});

describe('a hint', () => {
  const right = table(
    'r',
    Array.from({ length: 12 }, (_, k) => k),
  );
  const join = 'l.id, r.x FROM l JOIN r ON l.k = r.k';

  it('bounds a join, and ends the query if there are more pairs', async () => {
    const tables = [LEFT, right];
    const [truth, consortium] = [await oracle(tables), await stage(tables, 'active')];
    const pairs = (await truth.run(`SELECT ${join}`)).rows.length;
    const sql = `SELECT /*+ JOIN_ROWS(${pairs}) */ ${join}`;
    await compareQuery({ sql, ordered: false }, { tables, truth, consortium }, sql);
    for (const less of [pairs - 1, 1]) {
      const outcomes = await askEach(consortium, `SELECT /*+ JOIN_ROWS(${less}) */ ${join}`);
      expect(codesOf(outcomes)).toEqual(Array(3).fill('JOIN_BOUND_EXCEEDED'));
    }
    truth.close();
  });
});
