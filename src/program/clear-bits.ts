import type { Circuit } from '../circuits/circuit.ts';
import { evaluateCircuit } from '../circuits/evaluate.ts';
import { planeBytes } from '../field/planes.ts';

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

/** Combines words pairwise until one is left; `identity` if there is none. */
export function foldWords(
  words: readonly bigint[],
  combine: Circuit,
  width: number,
  identity: bigint,
): bigint {
  if (words.length <= 1) return words[0] ?? identity;
  const half = Math.ceil(words.length / 2);
  const upper = Array.from({ length: half }, (_, k) => words[half + k] ?? identity);
  const inputs = [
    ...planesOfNumbers(words.slice(0, half), width),
    ...planesOfNumbers(upper, width),
  ];
  const planes = evaluateCircuit(combine, inputs, planeBytes(half));
  return foldWords(numbersOfPlanes(planes, half), combine, width, identity);
}
