import { type SegmentMoves, SortLevels, tableWords } from './sort-levels.ts';
import { levelPairs, scratchWords, takeLevel } from './sort-moves.ts';

/** Rows in the clear that a quicksort moves. */
export class ModelMoves implements SegmentMoves {
  /** The keys in the order that is known. */
  #keys: Uint32Array;
  #table: Uint32Array;
  #next: Uint32Array;
  readonly #moved: Uint32Array;
  readonly #scratch: Uint32Array;
  #left = new Uint32Array(0);
  #right = new Uint32Array(0);

  constructor(keys: Uint32Array) {
    this.#keys = keys.slice();
    this.#table = new Uint32Array(tableWords(keys.length));
    this.#next = new Uint32Array(tableWords(keys.length));
    this.#moved = new Uint32Array(keys.length);
    this.#scratch = new Uint32Array(scratchWords(keys.length));
  }

  get keys(): Uint32Array {
    return this.#keys;
  }

  table(): Uint32Array {
    return this.#table;
  }

  /** Makes room for the pairs of a level. */
  reserve(pairs: number): void {
    this.#left = new Uint32Array(pairs);
    this.#right = new Uint32Array(pairs);
  }

  pairs(segments: number): void {
    levelPairs(this.#table, segments, this.#left, this.#right);
  }

  /** The outcomes of the level's comparisons. */
  outcomes(): Uint8Array {
    const [keys, left, right] = [this.#keys, this.#left, this.#right];
    const bits = new Uint8Array(Math.ceil(left.length / 8));
    for (let k = 0; k < left.length; k++) {
      const isLess = keys[left[k]!]! < keys[right[k]!]!;
      if (isLess) bits[k >> 3]! |= 1 << (k & 7);
    }
    return bits;
  }

  take(segments: number, bits: Uint8Array): number {
    const [keys, moved] = [this.#keys, this.#moved];
    const memory = { moved, next: this.#next, scratch: this.#scratch };
    const left = takeLevel(this.#table, segments, bits, memory);
    this.#keys = moved.map((place) => keys[place]!);
    [this.#table, this.#next] = [this.#next, this.#table];
    return left;
  }
}

/** Levels of a sort of so many rows in the order of a fixed stream (xorshift). */
export function modelLevels(rows: number, price: number): number[] {
  const keys = Uint32Array.from({ length: rows }, (_, row) => row);
  let state = 0x9e3779b9;
  for (let row = rows - 1; row > 0; row--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (row + 1);
    [keys[row], keys[other]] = [keys[other] ?? 0, keys[row] ?? 0];
  }
  return sortModel(new ModelMoves(keys), rows, price);
}

/** Sorts the model's rows and returns the comparisons of each level. */
export function sortModel(moves: ModelMoves, rows: number, price: number): number[] {
  const sorting = new SortLevels(rows, price, moves);
  const levels: number[] = [];
  for (let count = sorting.next(); count > 0; count = sorting.next()) {
    moves.reserve(count);
    sorting.pairs();
    sorting.take(moves.outcomes());
    levels.push(count);
  }
  return levels;
}
