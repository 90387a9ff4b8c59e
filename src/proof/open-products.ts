import { ELEMENT_BYTES } from '../field/p61.ts';
import { PRODUCT_BATCH } from '../program/checks.ts';
import type { ProductBatch } from './batch-compute.ts';
import { Columns } from './columns.ts';

/** Products and inner products on their way into a batch; see {@link ProductBatch}. */
export class OpenProducts {
  readonly #factors = new Columns(2, PRODUCT_BATCH * ELEMENT_BYTES);
  readonly #results = new Columns(1, PRODUCT_BATCH * ELEMENT_BYTES);
  #runs: { readonly start: number; readonly length: number }[] = [];

  /** Entries: products, and the terms of inner products. */
  get entries(): number {
    return this.#factors.length / ELEMENT_BYTES;
  }

  /** Adds n products x * y = z at the addresses of `source`. */
  add(source: Uint8Array, x: number, y: number, z: number, n: number): void {
    this.#factors.append(source, [x, y], n * ELEMENT_BYTES);
    this.#results.append(source, [z], n * ELEMENT_BYTES);
  }

  /** Adds the inner product z of n elements at x and y. */
  addInner(source: Uint8Array, x: number, y: number, z: number, n: number): void {
    this.#runs.push({ start: this.entries, length: n });
    this.#factors.append(source, [x, y], n * ELEMENT_BYTES);
    this.#results.append(source, [z], ELEMENT_BYTES);
  }

  /** Adds everything of another one. */
  addAll(other: OpenProducts): void {
    const before = this.entries;
    this.#runs.push(...other.#runs.map(({ start, length }) => ({ start: before + start, length })));
    for (const [own, from] of [
      [this.#factors, other.#factors],
      [this.#results, other.#results],
    ] as const) {
      const { bytes, addresses } = from.view();
      own.append(bytes, addresses, from.length);
    }
  }

  /** The batch that they make; leaves none behind. */
  take(): ProductBatch {
    const n = this.entries;
    const [factors, results] = [this.#factors.take(), this.#results.take()];
    const data = new Uint8Array(factors.length + results.length);
    data.set(factors);
    data.set(results, factors.length);
    const runs = this.#runs;
    this.#runs = [];
    return { kind: 'product', n, runs, data };
  }
}
