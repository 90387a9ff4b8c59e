import type { Circuit } from '../circuits/circuit.ts';
import { schedule } from '../circuits/schedule.ts';
import type { Fold } from '../program/program.ts';

/** Chunks in flight, so that compute and traffic overlap. */
export const LANES = 2;
const BYTES_MAX = 192 * 1024 * 1024;
const ROWS_MIN = 4096;
const ROWS_MAX = 524_288;
/** From here on a chunk is a 64th longer, so that planes do not lie a multiple of 4 KiB apart and share cache sets. */
const ROWS_STAGGERED = 65_536;

/**
 * Rows per chunk: the largest power of two (and a little more) whose lanes fit the memory budget. A register takes an element a row, and as
 * much again while it is computed; a slot of the circuit two bits. A fold keeps a word a row and combines it with a chunk's.
 */
export function chunkRowsFor(circuit: Circuit, registers: number, folds: readonly Fold[]): number {
  const folded = folds.reduce((slots, { combine, items, width }) => {
    return slots + (schedule(combine).slots + width) * items.length;
  }, 0);
  const bytesPerRow = registers * 8 * 2 + (schedule(circuit).slots + folded) / 4;
  let rows = ROWS_MAX;
  while (rows > ROWS_MIN && LANES * rows * bytesPerRow > BYTES_MAX) rows /= 2;
  return rows < ROWS_STAGGERED ? rows : rows + rows / 64;
}
