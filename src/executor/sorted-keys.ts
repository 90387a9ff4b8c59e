import { rowWords, WORD_BYTES } from '../program/row-words.ts';
import type { SortLevels } from '../program/sort-levels.ts';
import type { Party } from '../protocol/party.ts';
import { allocRows, columnsOf, type SharedRows } from '../protocol/shuffle-rows.ts';
import { SIDES } from './memory.ts';
import { INDEX_BYTES } from './row-pairs.ts';

/** So many rows are moved into the order found so far after every level; fewer lie in caches anyway. */
const SETTLED_ROWS = 1 << 17;

/** The words that a sort compares; those of many rows in the order that is known, so that what is compared lies close together. */
export class SortedKeys {
  readonly #party: Party;
  #rows: SharedRows;
  /** Where many rows move next. */
  #other: SharedRows | undefined;
  #indices = 0;

  /** Takes memory of the arena until the sort is over. */
  constructor(party: Party, from: SharedRows, width: number) {
    this.#party = party;
    this.#rows = from;
    if (from.rows < SETTLED_ROWS) return;
    const { arena } = party;
    const words = rowWords(width);
    this.#rows = allocRows(party, from.rows, words);
    this.#other = allocRows(party, from.rows, words);
    this.#indices = arena.alloc(from.rows * INDEX_BYTES);
    const bytes = words * from.rows * WORD_BYTES;
    for (const side of SIDES) {
      arena.u8.copyWithin(this.#rows[side], from[side], from[side] + bytes);
    }
  }

  /** Where the rows are that comparisons mean. */
  get rows(): SharedRows {
    return this.#rows;
  }

  /** To be called when a level's bits are taken. */
  follow(sorting: SortLevels): void {
    const [from, to] = [this.#rows, this.#other];
    if (to === undefined) return;
    const { arena, kernels } = this.#party;
    const moved = sorting.settle();
    new Uint32Array(arena.u8.buffer, this.#indices, moved.length).set(moved);
    const [sources, targets] = [columnsOf(from), columnsOf(to)];
    for (const side of SIDES) {
      sources[side].forEach((column, word) => {
        kernels.gather64(column, this.#indices, targets[side][word] ?? 0, moved.length);
      });
    }
    [this.#rows, this.#other] = [to, from];
  }
}
