import { evaluateCircuit } from '../circuits/evaluate.ts';
import { planeBytes } from '../field/planes.ts';
import type { Fold } from './program.ts';
import { foldLevels } from './shapes.ts';

/** Planes of bits in the clear: row r is bit r mod 8 of byte r div 8. */
export type ClearPlanes = readonly Uint8Array[];

export function bitAt(plane: Uint8Array | undefined, row: number): 0 | 1 {
  return (((plane?.[row >> 3] ?? 0) >> (row & 7)) & 1) as 0 | 1;
}

/** A plane of `rows` rows whose bits are `bit(row)`. */
export function planeOf(rows: number, bit: (row: number) => number): Uint8Array {
  const plane = new Uint8Array(planeBytes(rows));
  for (let row = 0; row < rows; row++) {
    if (bit(row) !== 0) plane[row >> 3] = (plane[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return plane;
}

/** The lowest `width` bits of every value in two's complement, LSB first. */
export function planesOfNumbers(values: readonly bigint[], width: number): Uint8Array[] {
  return Array.from({ length: width }, (_, k) =>
    planeOf(values.length, (row) => Number(((values[row] ?? 0n) >> BigInt(k)) & 1n)),
  );
}

/** The unsigned numbers whose bits are the planes, LSB first. */
export function numbersOfPlanes(planes: ClearPlanes, rows: number): bigint[] {
  return Array.from({ length: rows }, (_, row) =>
    planes.reduce((sum, plane, k) => sum | (BigInt(bitAt(plane, row)) << BigInt(k)), 0n),
  );
}

/** The word (bit k from plane k) that `combine` makes of the words of all rows; `identity` if there is none. */
export function foldRows(
  planes: ClearPlanes,
  rows: number,
  { combine, identity }: Pick<Fold, 'combine' | 'identity'>,
): bigint {
  if (rows === 0) return identity;
  const filler = planes.map((_, k) => ((identity >> BigInt(k)) & 1n ? 0xff : 0));
  let words = planes.map((plane, k) => padded(plane, rows, filler[k] ?? 0));
  for (const { bytes, shift } of foldLevels(Math.ceil(rows / 8), rows)) {
    const upper = words.map((word, k) => {
      if (shift > 0) return word.map((byte) => byte >> shift);
      const half = new Uint8Array(bytes).fill(filler[k] ?? 0);
      half.set(word.subarray(bytes));
      return half;
    });
    words = evaluateCircuit(combine, [...words, ...upper], bytes);
  }
  return words.reduce((sum, word, k) => sum | (BigInt(bitAt(word, 0)) << BigInt(k)), 0n);
}

/** Whole bytes of a plane, what is beyond the rows filled. */
function padded(plane: Uint8Array, rows: number, filler: number): Uint8Array {
  const bytes = plane.slice(0, Math.ceil(rows / 8));
  const last = bytes.length - 1;
  const mask = rows % 8 === 0 ? 0xff : (1 << (rows % 8)) - 1;
  bytes[last] = ((bytes[last] ?? 0) & mask) | (filler & ~mask);
  return bytes;
}
