import { describe, expect, it } from 'vitest';
import { type SegmentMoves, SortLevels, tableWords } from '../../src/program/sort-levels.ts';
import { CONTRADICTION, scratchWords } from '../../src/program/sort-moves.ts';
import { Lockstep } from './lockstep.ts';

const lockstep = await Lockstep.create();

/** Segments in the memory of kernels and twins, with random keys. */
class LockstepMoves implements SegmentMoves {
  keys: number[];
  readonly #addresses: { readonly moved: number; readonly scratch: number };
  #tables: [number, number];
  /** Where the pairs of the level are, and how many. */
  #pairs = { left: 0, right: 0, count: 0 };

  constructor(rows: number) {
    this.keys = Array.from({ length: rows }, () => lockstep.random(2 ** 32));
    this.#tables = [this.#words(tableWords(rows)), this.#words(tableWords(rows))];
    this.#addresses = { moved: this.#words(rows), scratch: this.#words(scratchWords(rows)) };
  }

  #words(count: number): number {
    return lockstep.bytes(4 * count);
  }

  table(): Uint32Array {
    return lockstep.view32(this.#tables[0], tableWords(this.keys.length));
  }

  reserve(count: number): void {
    this.#pairs = { left: this.#words(count), right: this.#words(count), count };
  }

  pairs(segments: number): void {
    const { left, right } = this.#pairs;
    lockstep.check((k) => k.sortPairs(this.#tables[0], segments, left, right));
  }

  outcomes(): Uint8Array {
    const { count, ...at } = this.#pairs;
    const [left, right] = [lockstep.view32(at.left, count), lockstep.view32(at.right, count)];
    const bits = new Uint8Array(Math.ceil(count / 8));
    left.forEach((row, k) => {
      const isLess = this.keys[row]! < this.keys[right[k]!]!;
      if (isLess) bits[k >> 3]! |= 1 << (k & 7);
    });
    return bits;
  }

  take(segments: number, bits: Uint8Array): number {
    const outcomes = lockstep.bytes(bits.length + 8);
    new Uint8Array(lockstep.view32(0, 1).buffer).set(bits, outcomes);
    const rows = this.keys.length;
    const { moved, scratch } = this.#addresses;
    const [from, to] = this.#tables;
    const left = lockstep.check((k) =>
      k.sortTake(from, segments, outcomes, moved, to, scratch, rows),
    );
    const before = this.keys;
    this.keys = Array.from(lockstep.view32(moved, rows), (place) => before[place]!);
    this.#tables = [to, from];
    return left >>> 0;
  }
}

describe('the steps of a sort', () => {
  it.each([2, 3, 5, 9, 40, 130, 700, 1500])('%i rows, any price of a level', (rows) => {
    for (const price of [1, 30, 1000, 20_000, 1e6]) {
      lockstep.reset();
      const moves = new LockstepMoves(rows);
      const sorting = new SortLevels(rows, price, moves);
      const wanted = [...moves.keys].sort((a, b) => a - b);
      for (let count = sorting.next(); count > 0; count = sorting.next()) {
        moves.reserve(count);
        sorting.pairs();
        sorting.take(moves.outcomes());
      }
      expect(moves.keys).toEqual(wanted);
    }
  });

  it('tell outcomes that contradict each other', () => {
    lockstep.reset();
    const moves = new LockstepMoves(3);
    const sorting = new SortLevels(3, 1000, moves);
    moves.reserve(sorting.next());
    sorting.pairs();
    // 0 < 1, 2 < 0, 1 < 2.
    expect(moves.take(1, Uint8Array.of(0b101))).toBe(CONTRADICTION);
  });
});
