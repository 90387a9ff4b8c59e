import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SortStage } from '../../src/program/program.ts';
import { SortLevels } from '../../src/program/sort-levels.ts';
import { ModelMoves, sortModel } from '../../src/program/sort-model.ts';
import { expectedLevels, impossibleSorts, sortBound } from '../../src/program/sort-record.ts';
import { comparedBits, levelPrice } from '../../src/program/sort-shape.ts';
import { sortingProgram } from '../executor/sorting.ts';
import { Rng } from '../oracle/rng.ts';

const SEED = Number(process.env['TACIT_SEED'] ?? 74);

function shuffled(rows: number, rng: Rng): Uint32Array {
  const keys = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let row = rows - 1; row > 0; row--) {
    const other = Number(rng.bigint(0n, BigInt(row)));
    [keys[row], keys[other]] = [keys[other] ?? 0, keys[row] ?? 0];
  }
  return keys;
}

/** Comparisons of each level, and the keys in the order found. */
function sort(keys: Uint32Array, price: number) {
  const moves = new ModelMoves(keys);
  return { levels: sortModel(moves, keys.length, price), sorted: moves.keys };
}

const sum = (levels: readonly number[]) => levels.reduce((all, count) => all + count, 0);
const stageOf = (rows: number, bits: number): SortStage => ({
  ...{ kind: 'sort', from: 0, to: 1, rows, method: 'quick', operator: 0 },
  key: Array.from({ length: bits }, (_, k) => k),
});

describe('levels of a sort', () => {
  it('find the order of any rows at any price of a level', () => {
    const rows = fc.integer({ min: 0, max: 3000 });
    const price = fc.double({ min: 0, max: 14, noNaN: true });
    fc.assert(
      fc.property(rows, price, fc.integer(), (n, exponent, seed) => {
        const keys = shuffled(n, new Rng(seed));
        const { levels, sorted } = sort(keys, Math.exp(exponent));
        expect([...sorted]).toEqual([...keys.keys()]);
        expect(levels.every((count) => count > 0)).toBe(true);
        expect(sum(levels)).toBeGreaterThanOrEqual(n - 1);
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it('compare few rows all at once and many rows with few others', () => {
    const rng = new Rng(SEED);
    expect(sort(shuffled(100, rng), 20_000).levels).toEqual([4950]);
    const rows = 100_000;
    const { levels } = sort(shuffled(rows, rng), 20_000);
    expect(sum(levels)).toBeLessThan(1.12 * rows * Math.log2(rows));
    expect(levels.length).toBeLessThan(24);
  });

  it('refuse outcomes that contradict each other', () => {
    const moves = new ModelMoves(new Uint32Array(3));
    const sorting = new SortLevels(3, 1000, moves);
    expect(sorting.next()).toBe(3);
    moves.reserve(3);
    sorting.pairs();
    // 0 < 1, 2 < 0, 1 < 2.
    expect(() => sorting.take(Uint8Array.of(0b101))).toThrow(/contradict/);
  });
});

describe('what a sort is expected to do', () => {
  it.each([2, 60, 1000, 5000, 30_000, 70_000, 140_000])(
    'is what it does, about, %i rows',
    (rows) => {
      const stage = stageOf(rows, 32);
      const price = levelPrice(comparedBits(stage));
      const rng = new Rng(SEED + rows);
      const runs = [1, 2, 3].map(() => sort(shuffled(rows, rng), price).levels);
      const expected = expectedLevels(stage);
      const mean = sum(runs.map(sum)) / runs.length;
      expect(sum(expected) / mean).toBeGreaterThan(0.65);
      expect(sum(expected) / mean).toBeLessThan(1.5);
      const bound = sortBound(stage);
      for (const levels of runs) {
        expect(Math.abs(levels.length - expected.length)).toBeLessThanOrEqual(4);
        expect(levels.length).toBeLessThanOrEqual(bound.levels);
        expect(sum(levels)).toBeLessThanOrEqual(bound.comparisons);
      }
    },
  );

  it('bounds what is believed', () => {
    const program = sortingProgram(new Array<bigint>(1000).fill(0n), 20, [
      { key: [0, 1, 2], method: 'quick' },
    ]);
    const stage = stageOf(1000, 3);
    const levels = expectedLevels(stage);
    expect(impossibleSorts(program, [levels])).toBeUndefined();
    const { comparisons } = sortBound(stage);
    const forged = [
      [],
      [levels, levels],
      [[]],
      [[998]],
      [[...levels, 0]],
      [[...levels, 1.5]],
      [[comparisons + 1]],
      [[comparisons, 1]],
      [new Array<number>(1000).fill(1)],
    ];
    for (const record of forged) expect(impossibleSorts(program, record)).toMatch(/sort/);
  });
});
