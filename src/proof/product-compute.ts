import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { FieldEngine } from '../field/instantiate.ts';
import { checkShape } from '../program/checks.ts';
import type { BatchWork, ProductBatch } from './batch-compute.ts';
import { readWords, scratch, takeWords, WORD_BYTES, zeros } from './check-field.ts';
import { PRODUCT_BLOCK, productWeights } from './coin-expansion.ts';
import { PRIME_FIELD } from './prime-field.ts';
import { Recursion } from './recursion.ts';

/** Entries that have successive weights, or (a run) one weight together. */
interface Segment {
  readonly start: number;
  readonly length: number;
  readonly weight: number;
  readonly isRun: boolean;
}

/** The batch in order of its entries, runs and what lies between them. */
function segmentsOf({ n, runs }: ProductBatch): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  let weight = 0;
  const plain = (end: number) => {
    if (end === start) return;
    segments.push({ start, length: end - start, weight, isRun: false });
    weight += end - start;
    start = end;
  };
  for (const run of runs) {
    invariant(run.start >= start && run.length > 0, 'runs of a batch are in order');
    plain(run.start);
    segments.push({ ...run, weight, isRun: true });
    weight++;
    start += run.length;
  }
  invariant(start <= n, 'runs lie in their batch');
  plain(n);
  return segments;
}

/** The local part of the check of one batch of products. */
export class ProductCompute implements BatchWork {
  readonly #engine: FieldEngine;
  readonly #crypto: CryptoProvider;
  readonly #segments: readonly Segment[];
  readonly #x: number;
  readonly #z: number;
  readonly #weights: number;
  readonly #recursion: Recursion;

  constructor(engine: FieldEngine, crypto: CryptoProvider, batch: ProductBatch) {
    const { n, data } = batch;
    this.#engine = engine;
    this.#crypto = crypto;
    this.#segments = segmentsOf(batch);
    this.#weights = data.length / WORD_BYTES - 2 * n;
    const last = this.#segments.at(-1);
    const needed = last === undefined ? 0 : last.weight + (last.isRun ? 1 : last.length);
    invariant(n > 0 && this.#weights === needed, 'a batch has a result for each weight');
    const { levels } = checkShape('product', n);
    const { arena } = engine;
    const padded = (n + 2 ** Math.max(0, ...levels)) * WORD_BYTES;
    this.#x = arena.alloc(padded);
    const y = arena.alloc(padded);
    this.#z = arena.alloc(this.#weights * WORD_BYTES);
    const bytes = n * WORD_BYTES;
    arena.u8.set(data.subarray(0, bytes), this.#x);
    arena.u8.set(data.subarray(bytes, 2 * bytes), y);
    arena.u8.set(data.subarray(2 * bytes), this.#z);
    this.#recursion = new Recursion(engine, PRIME_FIELD, { x: this.#x, y, length: n }, levels);
  }

  async start(coin: Uint8Array): Promise<{ claim: bigint; corners: Uint8Array }> {
    const claim = scratch(this.#engine, () => this.#weigh(coin));
    return { claim, corners: this.#recursion.next() };
  }

  async fold(values: readonly bigint[]): Promise<Uint8Array> {
    this.#recursion.fold(values);
    return this.#recursion.next();
  }

  /** Multiplies every x by its weight, and returns the weighted sum of the z, block after block of weights. */
  #weigh(coin: Uint8Array): bigint {
    const engine = this.#engine;
    const { kernels, arena } = engine;
    const count = this.#weights;
    const { blocks, places } = productWeights(this.#crypto, coin);
    const blockCount = Math.ceil(count / PRODUCT_BLOCK);
    const blockAt = zeros(engine, blockCount);
    const placeAt = zeros(engine, PRODUCT_BLOCK);
    PRIME_FIELD.fill(engine, blocks, blockAt, blockCount);
    PRIME_FIELD.fill(engine, places, placeAt, PRODUCT_BLOCK);
    const weights = arena.alloc(PRODUCT_BLOCK * WORD_BYTES);
    const sum = zeros(engine, 1);
    let next = 0;
    for (let block = 0; block < blockCount; block++) {
      const first = block * PRODUCT_BLOCK;
      const end = Math.min(count, first + PRODUCT_BLOCK);
      kernels.fpScale(placeAt, blockAt + block * WORD_BYTES, weights, end - first);
      kernels.fpDot(weights, this.#z + first * WORD_BYTES, end - first, sum);
      next = this.#weighEntries(next, first, end, weights);
    }
    return readWords(takeWords(engine, sum, 1))[0] ?? 0n;
  }

  /** Applies the weights number first..end-1, at `weights`, from segment `next` on; returns the segment to go on with. */
  #weighEntries(next: number, first: number, end: number, weights: number): number {
    const { kernels } = this.#engine;
    let at = next;
    for (; at < this.#segments.length; at++) {
      const { start, length, weight, isRun } = this.#segments[at] ?? NOTHING;
      if (weight >= end) break;
      if (isRun) {
        const x = this.#x + start * WORD_BYTES;
        kernels.fpScale(x, weights + (weight - first) * WORD_BYTES, x, length);
        continue;
      }
      const from = Math.max(weight, first);
      const to = Math.min(weight + length, end);
      const x = this.#x + (start + from - weight) * WORD_BYTES;
      kernels.fpMul(x, weights + (from - first) * WORD_BYTES, x, to - from);
      if (weight + length > end) break;
    }
    return at;
  }
}

const NOTHING: Segment = { start: 0, length: 0, weight: 0, isRun: true };
