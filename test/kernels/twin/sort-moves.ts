import type { Kernels } from '../../../src/field/kernels.ts';
import { tableWords } from '../../../src/program/sort-levels.ts';
import {
  levelPairs,
  SEGMENT_WORDS,
  scratchWords,
  takeLevel,
} from '../../../src/program/sort-moves.ts';
import type { Words } from './words.ts';

/** The steps of a quicksort's level as src/program takes them. */
export function sortMovesTwin({ bytes }: Words): Pick<Kernels, 'sortPairs' | 'sortTake'> {
  const at = (address: number, words: number) =>
    new Uint32Array(bytes.buffer, bytes.byteOffset + address, words);
  return {
    sortPairs: (table, count, left, right) => {
      const words = (address: number) => at(address, Math.floor((bytes.length - address) / 4));
      levelPairs(at(table, count * SEGMENT_WORDS), count, words(left), words(right));
    },
    sortTake: (table, count, bits, moved, next, scratch, rows) => {
      const memory = {
        moved: at(moved, rows),
        next: at(next, tableWords(rows)),
        scratch: at(scratch, scratchWords(rows)),
      };
      return takeLevel(at(table, count * SEGMENT_WORDS), count, bytes.subarray(bits), memory) | 0;
    },
  };
}
