import type { FieldEngine } from '../field/instantiate.ts';
import { cornersOf } from '../program/checks.ts';
import {
  type CheckField,
  type Constant,
  scratch,
  takeWords,
  WORD_BYTES,
  zeros,
} from './check-field.ts';

/**
 * The local part of the recursive inner-product check [BBCGI19], [GSZ20] over element vectors of either field: level after level,
 * the vectors x and y are seen as 2^v contiguous pieces (the last ones padded with zeros), piece j being the value of a
 * polynomial in v variables, linear in each, at the corner given by j's bits; a level's sums are the inner products at all
 * corners, and its coin replaces the pieces by the polynomial's value there.
 */

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

/** Both vectors of some number of elements, with room for 2^v - 1 more at the end of each. */
export interface Vectors {
  readonly x: number;
  readonly y: number;
  readonly length: number;
}

/** Makes elements from..from+n-1 of both vectors ready; it is called once for each of them, in some order. */
type Prepare = (from: number, n: number) => void;

/** The current vectors, and how their elements come to be what they should be as the next level reads them. */
export class Recursion {
  readonly #engine: FieldEngine;
  readonly #field: CheckField;
  readonly #vectors: readonly [number, number];
  readonly #levels: readonly number[];
  #level = 0;
  #length: number;

  constructor(
    engine: FieldEngine,
    field: CheckField,
    { x, y, length }: Vectors,
    levels: readonly number[],
  ) {
    this.#engine = engine;
    this.#field = field;
    this.#vectors = [x, y];
    this.#length = length;
    this.#levels = levels;
  }

  /**
   * Sums of the first level but for the corner of ones, as `fold` returns those of later ones. `prepare` fills the vectors in
   * as they are read, so that they are touched while they are in the cache.
   */
  start(prepare: Prepare = () => undefined): Uint8Array<ArrayBuffer> {
    return scratch(this.#engine, () => this.#next(prepare));
  }

  /**
   * Replaces the pieces of the current level by the polynomials' value at the coin. Returns the sums of the next level but for the
   * corner of ones; after the last level, the two elements that are left.
   */
  fold(values: readonly bigint[]): Uint8Array<ArrayBuffer> {
    const engine = this.#engine;
    return scratch(engine, () => {
      const constants = values.map((value) => this.#field.constant(engine, value));
      const piece = Math.ceil(this.#length / 2 ** values.length);
      this.#length = piece;
      this.#level++;
      return this.#next((from, n) => {
        this.#foldRange(constants, piece, from, n);
      });
    });
  }

  /** Elements from..from+n-1 of all pieces to those of the first; the others' are lost. */
  #foldRange(values: readonly Constant[], piece: number, from: number, n: number): void {
    for (const vector of this.#vectors) {
      for (let b = values.length - 1; b >= 0; b--) {
        const value = values[b] as Constant;
        for (let j = 0; j < 2 ** b; j++) {
          const lower = vector + (j * piece + from) * WORD_BYTES;
          const upper = lower + 2 ** b * piece * WORD_BYTES;
          this.#field.foldLines(this.#engine, lower, upper, value, n);
        }
      }
    }
  }

  #next(prepare: Prepare): Uint8Array<ArrayBuffer> {
    const engine = this.#engine;
    const variables = this.#levels[this.#level];
    if (variables !== undefined) return this.#sums(variables, prepare);
    prepare(0, this.#length);
    const out = zeros(engine, 2);
    const { u8 } = engine.arena;
    this.#vectors.forEach((vector, k) => {
      u8.copyWithin(out + k * WORD_BYTES, vector, vector + WORD_BYTES);
    });
    return takeWords(engine, out, 2);
  }

  /** Inner products at all corners but that of ones, tile by tile over the pieces. */
  #sums(variables: number, prepare: Prepare): Uint8Array<ArrayBuffer> {
    const pieces = 2 ** variables;
    const length = this.#length;
    const piece = Math.ceil(length / pieces);
    const ready = this.#pad(pieces * piece, prepare);
    const tile = Math.min(piece, Math.max(1, this.#field.tile / pieces));
    const sums = variables === 1 ? this.#lineSums(piece) : this.#cornerSums(variables, piece, tile);
    for (let from = 0; from < piece; from += tile) {
      const n = Math.min(tile, piece - from);
      for (let j = 0; j < pieces; j++) {
        const first = Math.max(ready, j * piece + from);
        const end = Math.min(length, j * piece + from + n);
        if (first < end) prepare(first, end - first);
      }
      sums.add(from, n);
    }
    return sums.take();
  }

  /**
   * Zeros behind the vectors up to `end`. What lies there may still be needed to prepare as many first elements, so
   * these are made ready before; returns how many.
   */
  #pad(end: number, prepare: Prepare): number {
    const length = this.#length;
    const ready = Math.min(length, end - length);
    if (ready === 0) return 0;
    prepare(0, ready);
    for (const vector of this.#vectors) {
      this.#engine.arena.u8.fill(0, vector + length * WORD_BYTES, vector + end * WORD_BYTES);
    }
    return ready;
  }

  /** One variable: both sums in one pass. */
  #lineSums(piece: number): Sums {
    const engine = this.#engine;
    const out = zeros(engine, 2);
    const ends = (vector: number, from: number) =>
      [vector + from * WORD_BYTES, vector + (piece + from) * WORD_BYTES] as const;
    const [x, y] = this.#vectors;
    return {
      add: (from, n) => this.#field.addDotLines(engine, ends(x, from), ends(y, from), n, out),
      take: () => takeWords(engine, out, 2),
    };
  }

  /** Any number of variables: differences of tiles, corner after corner. */
  #cornerSums(variables: number, piece: number, tile: number): Sums {
    const engine = this.#engine;
    const field = this.#field;
    const corners = cornersIn(variables);
    const last = lastCorner(variables);
    const out = zeros(engine, corners.length);
    const differences = (corners.length - 2 ** variables) * tile * WORD_BYTES;
    const work = [engine.arena.alloc(differences), engine.arena.alloc(differences)];
    /** Addresses of a tile at all corners. */
    const extend = (vector: number, to: number, from: number, n: number) => {
      const at: number[] = [];
      for (const corner of corners) {
        if ('piece' in corner) {
          at.push(vector + (corner.piece * piece + from) * WORD_BYTES);
          continue;
        }
        const difference = to + corner.scratch * tile * WORD_BYTES;
        const [one, zero] = [at[corner.one] ?? 0, at[corner.zero] ?? 0];
        field.subtractVectors(engine, one, zero, difference, n);
        at.push(difference);
      }
      return at;
    };
    return {
      add: (from, n) => {
        const [x, y] = this.#vectors.map((v, k) => extend(v, work[k] ?? 0, from, n));
        for (const k of corners.keys()) {
          if (k !== last) field.addDot(engine, x?.[k] ?? 0, y?.[k] ?? 0, n, out + k * WORD_BYTES);
        }
      },
      take: () => withoutLastCorner(takeWords(engine, out, corners.length), variables),
    };
  }
}

/** The sums of a level: adds the inner products of elements from..from+n-1 of all pieces; takes all but that of ones. */
interface Sums {
  add(from: number, n: number): void;
  take(): Uint8Array<ArrayBuffer>;
}
