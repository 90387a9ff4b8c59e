import type { FieldEngine } from '../field/instantiate.ts';
import { cornersOf } from '../program/checks.ts';
import { type CheckField, scratch, takeWords, WORD_BYTES, zeros } from './check-field.ts';

/**
 * The local part of the recursive inner-product check [BBCGI19], [GSZ20] over element vectors of either field: level after level,
 * the vectors x and y are seen as 2^v contiguous pieces (the last ones padded with zeros), piece j being the value of a
 * polynomial in v variables, linear in each, at the corner given by j's bits; a level's sums are the inner products at all
 * corners, and its coin replaces the pieces by the polynomial's value there.
 */

/** Elements of a piece that are worked on at a time, over all corners: x and y stay in the cache. */
const TILE_ELEMENTS = 4096;

/** Index of the corner with digits 0 and 1 given by the bits of j: bit b has weight 3^b. */
export function cornerOfBits(j: number, variables: number): number {
  let corner = 0;
  for (let b = 0; b < variables; b++) if ((j >> b) & 1) corner += 3 ** b;
  return corner;
}

/** The corner that is not sent: all digits 1. */
export function lastCorner(variables: number): number {
  return cornersOf(variables) / 2;
}

/** Removes the corner of ones from a level's words. */
export function withoutLastCorner(
  corners: Uint8Array<ArrayBuffer>,
  variables: number,
): Uint8Array<ArrayBuffer> {
  const sent = new Uint8Array(corners.length - WORD_BYTES);
  const at = lastCorner(variables) * WORD_BYTES;
  sent.set(corners.subarray(0, at));
  sent.set(corners.subarray(at + WORD_BYTES), at);
  return sent;
}

/** How one corner's vectors are had: a piece as it is, or the difference of two other corners (digit 2: the leading coefficient). */
type Corner =
  | { readonly piece: number }
  | { readonly one: number; readonly zero: number; readonly scratch: number };

function cornersIn(variables: number): Corner[] {
  const pieces = new Map<number, number>();
  for (let j = 0; j < 2 ** variables; j++) pieces.set(cornerOfBits(j, variables), j);
  let taken = 0;
  return Array.from({ length: 3 ** variables }, (_, corner) => {
    const piece = pieces.get(corner);
    if (piece !== undefined) return { piece };
    let weight = 1;
    while (Math.floor(corner / weight) % 3 !== 2) weight *= 3;
    return { one: corner - weight, zero: corner - 2 * weight, scratch: taken++ };
  });
}

/** Vectors x and y of some number of elements, with room for 2^v - 1 more at the end of each. */
export class Recursion {
  readonly #engine: FieldEngine;
  readonly #field: CheckField;
  readonly #x: number;
  readonly #y: number;
  readonly #levels: readonly number[];
  #level = 0;
  #length: number;

  constructor(
    engine: FieldEngine,
    field: CheckField,
    vectors: { readonly x: number; readonly y: number; readonly length: number },
    levels: readonly number[],
  ) {
    this.#engine = engine;
    this.#field = field;
    this.#x = vectors.x;
    this.#y = vectors.y;
    this.#length = vectors.length;
    this.#levels = levels;
  }

  /** Sums of the current level but for the corner of ones; after the last level, the two elements that are left. */
  next(): Uint8Array<ArrayBuffer> {
    const engine = this.#engine;
    return scratch(engine, () => {
      const variables = this.#levels[this.#level];
      if (variables !== undefined) return withoutLastCorner(this.#corners(variables), variables);
      const out = zeros(engine, 2);
      const { u8 } = engine.arena;
      u8.copyWithin(out, this.#x, this.#x + WORD_BYTES);
      u8.copyWithin(out + WORD_BYTES, this.#y, this.#y + WORD_BYTES);
      return takeWords(engine, out, 2);
    });
  }

  /** Replaces the pieces by the polynomials' value at the coin; ends the level. */
  fold(values: readonly bigint[]): void {
    const piece = this.#pieceOf(values.length);
    for (const vector of [this.#x, this.#y]) {
      for (let b = values.length - 1; b >= 0; b--) {
        const half = piece * 2 ** b;
        const upper = vector + half * WORD_BYTES;
        this.#field.subtractVectors(this.#engine, upper, vector, upper, half);
        this.#field.addScaled(this.#engine, upper, values[b] ?? 0n, vector, half);
      }
    }
    this.#length = piece;
    this.#level++;
  }

  /** Elements of a piece, with x and y padded to whole pieces. */
  #pieceOf(variables: number): number {
    const pieces = 2 ** variables;
    const piece = Math.ceil(this.#length / pieces);
    const { u8 } = this.#engine.arena;
    for (const vector of [this.#x, this.#y]) {
      u8.fill(0, vector + this.#length * WORD_BYTES, vector + piece * pieces * WORD_BYTES);
    }
    return piece;
  }

  #corners(variables: number): Uint8Array<ArrayBuffer> {
    const engine = this.#engine;
    const field = this.#field;
    const corners = cornersIn(variables);
    const piece = this.#pieceOf(variables);
    const tile = Math.min(piece, Math.max(64, Math.floor(TILE_ELEMENTS / 2 ** variables)));
    const differences = corners.length - 2 ** variables;
    const work = engine.arena.alloc(2 * differences * tile * WORD_BYTES);
    const sums = zeros(engine, corners.length);
    const last = lastCorner(variables);
    for (let from = 0; from < piece; from += tile) {
      const n = Math.min(tile, piece - from);
      const at: { readonly x: number; readonly y: number }[] = [];
      for (const [k, corner] of corners.entries()) {
        if ('piece' in corner) {
          const offset = (corner.piece * piece + from) * WORD_BYTES;
          at.push({ x: this.#x + offset, y: this.#y + offset });
        } else {
          const x = work + 2 * corner.scratch * tile * WORD_BYTES;
          const y = x + tile * WORD_BYTES;
          const one = at[corner.one] ?? { x, y };
          const zero = at[corner.zero] ?? { x, y };
          field.subtractVectors(engine, one.x, zero.x, x, n);
          field.subtractVectors(engine, one.y, zero.y, y, n);
          at.push({ x, y });
        }
        if (k === last) continue;
        const { x, y } = at[k] ?? { x: 0, y: 0 };
        field.addDot(engine, x, y, n, sums + k * WORD_BYTES);
      }
    }
    return takeWords(engine, sums, corners.length);
  }
}
