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

/** The local part of the check of one batch of products. It copies and weighs the batch as the first level reads it. */
export class ProductCompute implements BatchWork {
  readonly #engine: FieldEngine;
  readonly #crypto: CryptoProvider;
  readonly #n: number;
  readonly #segments: readonly Segment[];
  /** Number of weights, and of results. */
  readonly #weights: number;
  #data: Uint8Array;
  #recursion: Recursion | undefined;

  constructor(engine: FieldEngine, crypto: CryptoProvider, batch: ProductBatch) {
    const { n, data } = batch;
    this.#engine = engine;
    this.#crypto = crypto;
    this.#n = n;
    this.#segments = segmentsOf(batch);
    this.#weights = data.length / WORD_BYTES - 2 * n;
    this.#data = data;
    const last = this.#segments.at(-1);
    const needed = last === undefined ? 0 : last.weight + (last.isRun ? 1 : last.length);
    invariant(n > 0 && this.#weights === needed, 'a batch has a result for each weight');
  }

  async start(coin: Uint8Array): Promise<{ claim: bigint; corners: Uint8Array }> {
    const engine = this.#engine;
    const length = this.#n;
    const { levels } = checkShape('product', length);
    const bytes = (length + 2 ** Math.max(0, ...levels)) * WORD_BYTES;
    const [x, y] = [engine.arena.alloc(bytes), engine.arena.alloc(bytes)];
    const recursion = new Recursion(engine, PRIME_FIELD, { x, y, length }, levels);
    this.#recursion = recursion;
    return scratch(engine, () => {
      const weigher = this.#weigher(coin, x, y);
      const corners = recursion.start(weigher.prepare);
      this.#data = new Uint8Array();
      return { claim: weigher.claim(), corners };
    });
  }

  async fold(values: readonly bigint[]): Promise<Uint8Array> {
    invariant(this.#recursion !== undefined, 'a compute folds after its start');
    return this.#recursion.fold(values);
  }

  /** Writes ranges of weighed x and of y, and sums up the weighted results that belong to them. */
  #weigher(coin: Uint8Array, x: number, y: number) {
    const engine = this.#engine;
    const { kernels, arena } = engine;
    const [n, data] = [this.#n, this.#data];
    const weightsAt = this.#weightsAt(coin);
    const results = arena.alloc(PRODUCT_BLOCK * WORD_BYTES);
    const sum = zeros(engine, 1);
    const copy = (first: number, count: number, to: number) => {
      arena.u8.set(data.subarray(first * WORD_BYTES, (first + count) * WORD_BYTES), to);
    };
    /** Some entries of one segment, whose weights are of one block. */
    const weigh = (segment: Segment, from: number, count: number) => {
      const [inSegment, at] = [from - segment.start, x + from * WORD_BYTES];
      const first = segment.weight + (segment.isRun ? 0 : inSegment);
      const weights = weightsAt(first, segment.isRun ? 1 : count);
      copy(from, count, at);
      if (segment.isRun) kernels.fpScale(at, weights, at, count);
      else kernels.fpMul(at, weights, at, count);
      if (segment.isRun && inSegment > 0) return;
      const given = segment.isRun ? 1 : count;
      copy(2 * n + first, given, results);
      kernels.fpDot(weights, results, given, sum);
    };
    return {
      prepare: (from: number, count: number) => {
        copy(n + from, count, y + from * WORD_BYTES);
        for (let at = from; at < from + count; ) {
          const segment = this.#segmentOf(at);
          const left = Math.min(from + count, segment.start + segment.length) - at;
          const weight = segment.weight + at - segment.start;
          const inBlock = PRODUCT_BLOCK - (weight % PRODUCT_BLOCK);
          const some = segment.isRun ? left : Math.min(left, inBlock);
          weigh(segment, at, some);
          at += some;
        }
      },
      claim: () => readWords(takeWords(engine, sum, 1))[0] ?? 0n,
    };
  }

  /** Returns the address of `count` weights from number `first` on, all of one block; they stay there until the next call. */
  #weightsAt(coin: Uint8Array): (first: number, count: number) => number {
    const engine = this.#engine;
    const { blocks, places } = productWeights(this.#crypto, coin);
    const count = Math.ceil(this.#weights / PRODUCT_BLOCK);
    const blocksAt = zeros(engine, count);
    const placesAt = zeros(engine, PRODUCT_BLOCK);
    PRIME_FIELD.fill(engine, blocks, blocksAt, count);
    PRIME_FIELD.fill(engine, places, placesAt, PRODUCT_BLOCK);
    const out = engine.arena.alloc(PRODUCT_BLOCK * WORD_BYTES);
    return (first, wanted) => {
      const place = placesAt + (first % PRODUCT_BLOCK) * WORD_BYTES;
      const block = blocksAt + Math.floor(first / PRODUCT_BLOCK) * WORD_BYTES;
      engine.kernels.fpScale(place, block, out, wanted);
      return out;
    };
  }

  /** The segment of an entry, by bisection. */
  #segmentOf(entry: number): Segment {
    let [low, high] = [0, this.#segments.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#segments[middle]?.start ?? 0) <= entry) low = middle;
      else high = middle - 1;
    }
    const segment = this.#segments[low];
    invariant(segment !== undefined, 'every entry has a segment');
    return segment;
  }
}
