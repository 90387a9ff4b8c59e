import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { FieldEngine } from '../field/instantiate.ts';
import { checkShape, gateWords } from '../program/checks.ts';
import { rightOf } from '../sharing/replicated.ts';
import type { AndBatch, BatchWork } from './batch-compute.ts';
import { BINARY_FIELD } from './binary-field.ts';
import {
  innerProduct,
  lagrangeOver,
  putBytes,
  readWords,
  scratch,
  takeWords,
  WORD_BYTES,
  writeWords,
  zeros,
} from './check-field.ts';
import { type BitWeights, bitWeights } from './coin-expansion.ts';
import { Recursion, withoutLastCorner } from './recursion.ts';

/** Columns of a batch: left and right components of x, y and z. */
const COLUMNS = 6;
/** Gates in a word, which become as many elements when bits are folded. */
const LANES = 64;

/**
 * The local part of the check of one batch of AND gates of three parties (PROTOCOLS A7). 64 gates are a word, 2^k words a group.
 * The first level takes the words of a group as the corners of a polynomial in k variables, on replicated bits; its coin folds every
 * lane of a group to one element, which is a Shamir share because the components' weights [CDI05] are part of the fold.
 */
export class BitCompute implements BatchWork {
  readonly #engine: FieldEngine;
  readonly #crypto: CryptoProvider;
  /** This party's weights of its left and right components. */
  readonly #components: readonly [bigint, bigint];
  readonly #variables: number;
  readonly #levels: readonly number[];
  readonly #groups: number;
  /** Addresses of the columns, of whole groups of words. */
  readonly #columns: readonly number[];
  #alpha = 1n;
  #recursion: Recursion | undefined;

  constructor(engine: FieldEngine, crypto: CryptoProvider, self: number, batch: AndBatch) {
    const { bytes, data } = batch;
    invariant(bytes > 0 && data.length === COLUMNS * bytes, 'a batch of gates has six columns');
    const { bitVariables, levels } = checkShape('and', bytes);
    this.#engine = engine;
    this.#crypto = crypto;
    this.#components = [componentWeight(self, self), componentWeight(rightOf(self), self)];
    this.#variables = bitVariables;
    this.#levels = levels;
    this.#groups = Math.ceil(gateWords(bytes) / 2 ** bitVariables);
    const words = this.#groups * 2 ** bitVariables;
    this.#columns = Array.from({ length: COLUMNS }, (_, column) => {
      const address = engine.arena.alloc(words * WORD_BYTES);
      const { u8 } = engine.arena;
      u8.set(data.subarray(column * bytes, (column + 1) * bytes), address);
      u8.fill(0, address + bytes, address + words * WORD_BYTES);
      return address;
    });
  }

  async start(coin: Uint8Array): Promise<{ claim: bigint; corners: Uint8Array }> {
    const weights = bitWeights(this.#crypto, BINARY_FIELD, coin, this.#variables);
    this.#alpha = weights.alpha;
    return scratch(this.#engine, () => {
      const tables = BINARY_FIELD.constant(this.#engine, this.#alpha);
      return { claim: this.#claim(weights, tables), corners: this.#corners(tables) };
    });
  }

  async fold(values: readonly bigint[]): Promise<Uint8Array> {
    if (this.#recursion !== undefined) return this.#recursion.fold(values);
    this.#recursion = this.#foldBits(values);
    return this.#recursion.start();
  }

  /** Share of sum of alpha^w omega_j z_{w,j}. */
  #claim({ omega }: BitWeights, tables: number): bigint {
    const engine = this.#engine;
    return innerProduct(
      BINARY_FIELD,
      this.#components,
      [this.#columns[4], this.#columns[5]].map((column) => {
        const sums = zeros(engine, omega.length);
        engine.kernels.gfHorner(column ?? 0, this.#groups, omega.length, tables, sums);
        return innerProduct(BINARY_FIELD, readWords(takeWords(engine, sums, omega.length)), omega);
      }),
    );
  }

  /** Sums of the bits' level. */
  #corners(tables: number): Uint8Array<ArrayBuffer> {
    const variables = this.#variables;
    if (variables === 0) return new Uint8Array();
    const engine = this.#engine;
    const count = 3 ** variables;
    const sums = zeros(engine, count);
    const [xl = 0, xr = 0, yl = 0, yr = 0] = this.#columns;
    engine.kernels.gfCorners(xl, xr, yl, yr, this.#groups, variables, tables, sums);
    return withoutLastCorner(takeWords(engine, sums, count), variables);
  }

  /** Element w * 64 + l of x and y: the Shamir share of lane l of group w at the point, x times alpha^w X^l. */
  #foldBits(point: readonly bigint[]): Recursion {
    const engine = this.#engine;
    const length = this.#groups * LANES;
    const padded = length + 2 ** Math.max(0, ...this.#levels);
    const [x, y] = [zeros(engine, padded), zeros(engine, padded)];
    scratch(engine, () => {
      const [left = 0, right = 0] = this.#components.map((component) => {
        const weights = equalityWeights(point).map((w) => BINARY_FIELD.multiply(w, component));
        return putBytes(engine, writeWords(weights));
      });
      const tables = BINARY_FIELD.constant(engine, this.#alpha);
      const [xl = 0, xr = 0, yl = 0, yr = 0] = this.#columns;
      const { kernels } = engine;
      const [groups, variables] = [this.#groups, this.#variables];
      const side = weighingSide(groups);
      kernels.gfFoldBits(xl, groups, variables, left, side, tables, x);
      kernels.gfFoldBits(xr, groups, variables, right, side, tables, x);
      kernels.gfWeigh(x, groups, side, tables, x);
      kernels.gfFoldBits(yl, groups, variables, left, groups, tables, y);
      kernels.gfFoldBits(yr, groups, variables, right, groups, tables, y);
    });
    return new Recursion(engine, BINARY_FIELD, { x, y, length }, this.#levels);
  }
}

/** A power of two near the square root: what the kernels that weigh want. */
function weighingSide(groups: number): number {
  return 2 ** Math.ceil(Math.log2(groups) / 2);
}

/** At corner j in {0, 1}^v: the product over the variables of r_b or 1 - r_b, by the bits of j. */
function equalityWeights(point: readonly bigint[]): bigint[] {
  let weights = [1n];
  for (const r of point) {
    const upper = weights.map((weight) => BINARY_FIELD.multiply(weight, r));
    weights = [...weights.map((w, k) => BINARY_FIELD.subtract(w, upper[k] ?? 0n)), ...upper];
  }
  return weights;
}

/** As sharing/replicated.ts, over GF(2^64): the line that is 1 at 0 and 0 at the point of the party lacking the component. */
function componentWeight(component: number, party: number): bigint {
  const nodes = [0n, BINARY_FIELD.pointOf(rightOf(component))];
  return lagrangeOver(BINARY_FIELD, nodes, BINARY_FIELD.pointOf(party))[0] ?? 0n;
}
