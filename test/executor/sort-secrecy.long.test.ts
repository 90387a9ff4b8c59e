import { describe, expect, it } from 'vitest';
import { impossibleSorts } from '../../src/program/sort-record.ts';
import { runParties, secured, storesWith } from '../program/run-parties.ts';
import { sortingProgram } from './sorting.ts';

const ROWS = 350;
const RUNS = 200;
const BITS = 40;
const range = (n: number) => Array.from({ length: n }, (_, k) => k);

/** Orders of keys that a sort must not tell apart. */
const ORDERS: Readonly<Record<string, (row: number) => bigint>> = {
  ascending: (row) => BigInt(row),
  descending: (row) => BigInt(ROWS - row),
  equal: () => 7n,
};

/** Comparisons of sorts of keys in this order. */
async function comparisons(order: (row: number) => bigint): Promise<number[]> {
  const sorts = [{ key: range(BITS), method: 'quick' as const }];
  const program = secured(sortingProgram(range(ROWS).map(order), BITS, sorts), 'passive');
  const totals: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { sorts: record } = await runParties(program, await storesWith());
    expect(impossibleSorts(program, record)).toBeUndefined();
    totals.push((record[0] ?? []).reduce((sum, count) => sum + count, 0));
  }
  return totals.sort((a, b) => a - b);
}

/** The largest distance of two empirical distributions (Kolmogorov, Smirnov). */
function distance(a: readonly number[], b: readonly number[]): number {
  const below = (values: readonly number[], limit: number) =>
    values.filter((value) => value <= limit).length / values.length;
  return Math.max(...[...a, ...b].map((limit) => Math.abs(below(a, limit) - below(b, limit))));
}

describe('the comparisons of a sort', () => {
  it('say nothing about the order of the rows before it', { timeout: 300_000 }, async () => {
    const names = Object.keys(ORDERS);
    const totals = await Promise.all(Object.values(ORDERS).map((order) => comparisons(order)));
    const [first = []] = totals;
    // They do differ from run to run.
    expect(new Set(first).size).toBeGreaterThan(RUNS / 4);
    for (const [k, other] of totals.entries()) {
      // Exceeded with probability 2 exp(-200 * 0.3^2) < 10^-7 if the distributions are the same.
      expect(distance(first, other), `${names[0]}, ${names[k]}`).toBeLessThan(0.3);
    }
  });
});
