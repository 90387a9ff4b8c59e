import { describe, expect, it } from 'vitest';
import { inProcessConsortium } from '../engine/consortium.ts';
import { rowTable } from './row-table.ts';

/** If both rows are as likely, one of them is always left out with probability 2^-23. */
const RUNS = 24;
const IDS = [0, 1];

/** Rows that differ in their ids only. */
const table = rowTable('t', [IDS.length], (id) => ({ id, k: 5, x: 1, word: 'AK' }));

/** The ids of each answer, as they come. */
async function answers(sql: string): Promise<number[][]> {
  // The orders are drawn in the same way, and checks take time.
  const consortium = await inProcessConsortium([table], undefined, (parts) => ({
    ...parts,
    security: 'passive',
  }));
  const found: number[][] = [];
  for (let run = 0; run < RUNS; run++) {
    const { rows } = await consortium.query(sql);
    found.push(rows.map(([id]) => Number(id)));
  }
  return found;
}

const places = (found: readonly number[][], place: number) =>
  [...new Set(found.map((ids) => ids[place]))].sort();

describe('rows that are shown', () => {
  it.each([
    'SELECT id FROM t',
    'SELECT id FROM t WHERE x > 0 ORDER BY k',
    'SELECT t.id FROM t JOIN t o ON t.id = o.id ORDER BY o.x',
  ])('are in any order, if no other is asked for: %s', async (sql) => {
    const found = await answers(sql);
    for (const place of IDS) expect(places(found, place)).toEqual(IDS);
  });

  it.each([
    'SELECT id FROM t ORDER BY x LIMIT 1',
    'SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY k) AS n FROM t) WHERE n = 2',
  ])('are chosen by chance among equal ones: %s', async (sql) => {
    expect(places(await answers(sql), 0)).toEqual(IDS);
  });
});
