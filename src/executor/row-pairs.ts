import { invariant } from '../errors/tacit-error.ts';
import { planeBytes } from '../field/planes.ts';
import type { LoadedCircuit, PlaneFile } from '../protocol/gmw.ts';
import type { Party } from '../protocol/party.ts';
import { columnsOf, type SharedRows } from '../protocol/shuffle-rows.ts';
import { SIDES } from './memory.ts';

const WORD_BITS = 64;
const WORD_BYTES = 8;

/** Bytes of an index in memory. */
export const INDEX_BYTES = 4;

/** Pairs of rows for a circuit whose inputs are the lowest `width` bits of the one, then of the other. */
export interface RowPairs {
  readonly rows: SharedRows;
  readonly width: number;
  /** Addresses of the indices of all left rows and of all right rows. */
  readonly indices: readonly [number, number];
}

/** Bytes of scratch memory for {@link loadPairs}. */
export function pairScratchBytes(pairs: number): number {
  return planeBytes(pairs) * 8 * WORD_BYTES;
}

/** Writes the planes of pairs [start, start + count) to the circuit's inputs; beyond them they are 0. */
export function loadPairs(
  { arena, kernels }: Party,
  { indices, rows, width }: RowPairs,
  { schedule: { inputSlots } }: LoadedCircuit,
  file: PlaneFile,
  scratch: number,
  piece: { readonly start: number; readonly rows: number },
): void {
  const columns = columnsOf(rows);
  const padded = planeBytes(piece.rows) * 8;
  indices.forEach((index, operand) => {
    for (let bit = 0; bit < width; bit += WORD_BITS) {
      const planes = Math.min(WORD_BITS, width - bit);
      const slot = inputSlots[operand * width + bit] ?? -1;
      const last = inputSlots[operand * width + bit + planes - 1];
      invariant(slot >= 0 && last === slot + planes - 1, 'inputs of a circuit in their order');
      for (const side of SIDES) {
        const column = columns[side][bit / WORD_BITS] ?? 0;
        const to = file[side] + slot * file.stride;
        kernels.gather64(column, index + piece.start * INDEX_BYTES, scratch, piece.rows);
        arena.u8.fill(0, scratch + piece.rows * WORD_BYTES, scratch + padded * WORD_BYTES);
        kernels.wordsToPlanes(scratch, to, padded / WORD_BITS, file.stride, planes);
      }
    }
  });
}
