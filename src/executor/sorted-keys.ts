import { rowWords, WORD_BYTES } from '../program/row-words.ts';
import { type SegmentMoves, tableWords } from '../program/sort-levels.ts';
import { CONTRADICTION, scratchWords } from '../program/sort-moves.ts';
import type { Party } from '../protocol/party.ts';
import { allocRows, columnsOf, type SharedRows } from '../protocol/shuffle-rows.ts';
import { SIDES } from './memory.ts';
import { INDEX_BYTES } from './row-pairs.ts';

/**
 * The words that a sort compares, moved after every level into the order that is known: rows of a segment lie side by side, and are read
 * and written one after another.
 */
export class SortedKeys implements SegmentMoves {
  readonly #party: Party;
  #rows: SharedRows;
  #nextRows: SharedRows;
  /** Columns of words: the places of the rows after the shuffle. */
  #origins: number;
  #nextOrigins: number;
  /** Addresses of tables of segments. */
  #table: number;
  #nextTable: number;
  readonly #moved: number;
  readonly #scratch: number;
  #left = 0;
  #right = 0;

  /** Takes memory of the arena until the sort is over. */
  constructor(party: Party, from: SharedRows, width: number) {
    const { arena } = party;
    const { rows } = from;
    const words = rowWords(width);
    this.#party = party;
    this.#rows = allocRows(party, rows, words);
    this.#nextRows = allocRows(party, rows, words);
    for (const side of SIDES) {
      const bytes = words * rows * WORD_BYTES;
      arena.u8.copyWithin(this.#rows[side], from[side], from[side] + bytes);
    }
    [this.#origins, this.#nextOrigins] = [0, 1].map(() => arena.alloc(rows * WORD_BYTES)) as Two;
    const bytes = tableWords(rows) * INDEX_BYTES;
    [this.#table, this.#nextTable] = [0, 1].map(() => arena.alloc(bytes)) as Two;
    this.#moved = arena.alloc(rows * INDEX_BYTES);
    this.#scratch = arena.alloc(scratchWords(rows) * INDEX_BYTES);
    const origins = this.#numbers(this.#origins, 2 * rows);
    for (let row = 0; row < rows; row++) {
      origins[2 * row] = row;
      origins[2 * row + 1] = 0;
    }
  }

  /** Where the rows are that pairs mean. */
  get rows(): SharedRows {
    return this.#rows;
  }

  /** Place in the order known -> place after the shuffle. */
  get order(): Uint32Array {
    const { rows } = this.#rows;
    const origins = this.#numbers(this.#origins, 2 * rows);
    return Uint32Array.from({ length: rows }, (_, place) => origins[2 * place] ?? 0);
  }

  table(): Uint32Array {
    return this.#numbers(this.#table, tableWords(this.#rows.rows));
  }

  /** Says where the pairs of the next level go: a number for each left row, and for each right one. */
  reserve(left: number, right: number): void {
    [this.#left, this.#right] = [left, right];
  }

  pairs(segments: number): void {
    this.#party.kernels.sortPairs(this.#table, segments, this.#left, this.#right);
  }

  take(segments: number, bits: Uint8Array): number {
    const { arena, kernels } = this.#party;
    const { rows } = this.#rows;
    const mark = arena.mark();
    const outcomes = arena.alloc(bits.length);
    arena.u8.set(bits, outcomes);
    const tables = [this.#table, this.#nextTable] as const;
    const left = kernels.sortTake(
      tables[0],
      segments,
      outcomes,
      this.#moved,
      tables[1],
      this.#scratch,
      rows,
    );
    arena.release(mark);
    // An i32 to JavaScript.
    if (left >>> 0 === CONTRADICTION) return CONTRADICTION;
    [this.#nextTable, this.#table] = tables;
    this.#move();
    return left;
  }

  #move(): void {
    const { kernels } = this.#party;
    const [from, to] = [this.#rows, this.#nextRows];
    const [sources, targets] = [columnsOf(from), columnsOf(to)];
    for (const side of SIDES) {
      sources[side].forEach((column, word) => {
        kernels.gather64(column, this.#moved, targets[side][word] ?? 0, from.rows);
      });
    }
    kernels.gather64(this.#origins, this.#moved, this.#nextOrigins, from.rows);
    [this.#rows, this.#nextRows] = [to, from];
    [this.#origins, this.#nextOrigins] = [this.#nextOrigins, this.#origins];
  }

  #numbers(address: number, count: number): Uint32Array {
    return new Uint32Array(this.#party.arena.u8.buffer, address, count);
  }
}

type Two = [number, number];
