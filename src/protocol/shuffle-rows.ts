import { invariant } from '../errors/tacit-error.ts';
import { planeBytes } from '../field/planes.ts';
import { rowWords, WORD_BITS, WORD_BYTES } from '../program/row-words.ts';
import type { Party } from './party.ts';
import { indices } from './permutation.ts';

/** Arena addresses of the two components that a party holds of replicated bits. */
export interface SharedBits {
  readonly left: number;
  readonly right: number;
}

/**
 * Rows of 64-bit words on replicated XOR shares, column by column: word w of row r of a component is at
 * its address + 8 * (w * rows + r).
 */
export interface SharedRows extends SharedBits {
  readonly rows: number;
  readonly words: number;
}

const INDEX_BYTES = 4;
const SIDES = ['left', 'right'] as const;

/** Uninitialised rows. */
export function allocRows(
  { arena }: Pick<Party, 'arena'>,
  rows: number,
  words: number,
): SharedRows {
  const bytes = rows * words * WORD_BYTES;
  return { left: arena.alloc(bytes), right: arena.alloc(bytes), rows, words };
}

/**
 * Planes as rows of words, plane k being bit k mod 64 of word k div 64; missing bits of the last word are 0. Local. Bits beyond
 * the rows are dropped.
 */
export function rowsOfPlanes(
  party: Pick<Party, 'arena' | 'kernels'>,
  planes: readonly SharedBits[],
  rows: number,
): SharedRows {
  const { arena, kernels } = party;
  const to = allocRows(party, rows, rowWords(planes.length));
  const mark = arena.mark();
  const stride = planeBytes(rows);
  const file = arena.alloc(WORD_BITS * stride);
  const last = arena.alloc(WORD_BITS * WORD_BYTES);
  const whole = Math.floor(rows / WORD_BITS);
  const rest = (rows % WORD_BITS) * WORD_BYTES;
  for (let word = 0; word < to.words; word++) {
    const group = planes.slice(word * WORD_BITS, (word + 1) * WORD_BITS);
    for (const side of SIDES) {
      const column = to[side] + word * rows * WORD_BYTES;
      group.forEach((plane, k) => {
        arena.u8.copyWithin(file + k * stride, plane[side], plane[side] + stride);
      });
      kernels.planesToWords(file, column, whole, stride, group.length);
      if (rest === 0) continue;
      kernels.planesToWords(file + whole * WORD_BYTES, last, 1, stride, group.length);
      arena.u8.copyWithin(column + whole * WORD_BITS * WORD_BYTES, last, last + rest);
    }
  }
  arena.release(mark);
  return to;
}

/** Writes rows to planes, the inverse of {@link rowsOfPlanes}; bits of the planes beyond the rows become 0. Local. */
export function planesOfRows(
  { arena, kernels }: Pick<Party, 'arena' | 'kernels'>,
  from: SharedRows,
  targets: readonly SharedBits[],
): void {
  const { rows, words } = from;
  invariant(targets.length <= words * WORD_BITS, 'planes of rows are bits of their words');
  const mark = arena.mark();
  const stride = planeBytes(rows);
  const file = arena.alloc(WORD_BITS * stride);
  const last = arena.alloc(WORD_BITS * WORD_BYTES);
  const whole = Math.floor(rows / WORD_BITS);
  const rest = (rows % WORD_BITS) * WORD_BYTES;
  for (let word = 0; word < words; word++) {
    const group = targets.slice(word * WORD_BITS, (word + 1) * WORD_BITS);
    for (const side of SIDES) {
      const column = from[side] + word * rows * WORD_BYTES;
      arena.u8.fill(0, file, file + WORD_BITS * stride);
      kernels.wordsToPlanes(column, file, whole, stride, group.length);
      if (rest > 0) {
        const start = column + whole * WORD_BITS * WORD_BYTES;
        arena.u8.fill(0, last, last + WORD_BITS * WORD_BYTES);
        arena.u8.copyWithin(last, start, start + rest);
        kernels.wordsToPlanes(last, file + whole * WORD_BYTES, 1, stride, group.length);
      }
      group.forEach((plane, k) => {
        arena.u8.copyWithin(plane[side], file + k * stride, file + (k + 1) * stride);
      });
    }
  }
  arena.release(mark);
}

/** Addresses of columns of 64-bit words, by component. */
export interface Columns {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** The columns of rows, one for each word. */
export function columnsOf({ left, right, rows, words }: SharedRows): Columns {
  const of = (address: number) =>
    Array.from({ length: words }, (_, word) => address + word * rows * WORD_BYTES);
  return { left: of(left), right: of(right) };
}

/** The rows in an order that all parties know: row r is row `order[r]` of `from`. Local. */
export function orderRows(
  party: Pick<Party, 'arena' | 'kernels'>,
  from: SharedRows,
  order: Uint32Array,
): SharedRows {
  const { arena, kernels } = party;
  const { rows, words } = from;
  const to = allocRows(party, rows, words);
  const mark = arena.mark();
  const places = arena.alloc(rows * INDEX_BYTES);
  indices(arena, places, rows).set(order);
  const [sources, targets] = [columnsOf(from), columnsOf(to)];
  for (const side of SIDES) {
    sources[side].forEach((source, k) => {
      kernels.gather64(source, places, targets[side][k] ?? 0, rows);
    });
  }
  arena.release(mark);
  return to;
}
