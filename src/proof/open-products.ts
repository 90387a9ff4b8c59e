import { ELEMENT_BYTES } from '../field/p61.ts';
import { PRODUCT_BATCH } from '../program/checks.ts';
import type { ProductBatch } from './batch-compute.ts';
import type { BatchMemory } from './batch-memory.ts';
import { Columns } from './columns.ts';

/** Columns of products: x, y and z. */
const COLUMNS = 3;

/** Products and inner products on their way into a batch; see {@link ProductBatch}. */
export class OpenProducts {
  readonly #columns: Columns;
  #runs: { readonly start: number; readonly length: number }[] = [];

  constructor(memory: BatchMemory) {
    this.#columns = new Columns(COLUMNS, PRODUCT_BATCH * ELEMENT_BYTES, memory);
  }

  /** Entries: products, and the terms of inner products. */
  get entries(): number {
    return (this.#columns.lengths[0] ?? 0) / ELEMENT_BYTES;
  }

  /** Adds n products x * y = z at the addresses of `source`. */
  add(source: Uint8Array, x: number, y: number, z: number, n: number): void {
    const bytes = n * ELEMENT_BYTES;
    this.#columns.append(source, [x, y, z], [bytes, bytes, bytes]);
  }

  /** Adds the inner product z of n elements at x and y. */
  addInner(source: Uint8Array, x: number, y: number, z: number, n: number): void {
    const bytes = n * ELEMENT_BYTES;
    this.#runs.push({ start: this.entries, length: n });
    this.#columns.append(source, [x, y, z], [bytes, bytes, ELEMENT_BYTES]);
  }

  /** Adds everything of another one, which is empty then. */
  addAll(other: OpenProducts): void {
    const before = this.entries;
    for (const { start, length } of other.#runs) {
      this.#runs.push({ start: before + start, length });
    }
    other.#runs = [];
    if (before === 0) {
      this.#columns.adopt(other.#columns);
      return;
    }
    const { bytes, addresses } = other.#columns.view();
    this.#columns.append(bytes, addresses, other.#columns.lengths);
    other.#columns.clear();
  }

  /** The batch that they make; leaves none behind. */
  take(): ProductBatch {
    const [n, runs] = [this.entries, this.#runs];
    this.#runs = [];
    return { kind: 'product', n, runs, data: this.#columns.take() };
  }
}
