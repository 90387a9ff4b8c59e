import type { BatchMemory } from './batch-memory.ts';

/** Columns of bytes that grow in one piece of memory, on their way into a batch. */
export class Columns {
  readonly #bytesMax: number;
  readonly #memory: BatchMemory;
  readonly #lengths: number[];
  #data: Uint8Array = new Uint8Array(0);
  /** Bytes that each column has room for, and how many it gets at least as soon as it holds any. */
  #capacity = 0;
  #capacityMin = 0;

  /** `bytesMax`: the length of every column of a full batch; only those need no copying when they are taken. */
  constructor(count: number, bytesMax: number, memory: BatchMemory) {
    this.#bytesMax = bytesMax;
    this.#memory = memory;
    this.#lengths = new Array<number>(count).fill(0);
  }

  /** Bytes of each column. */
  get lengths(): readonly number[] {
    return this.#lengths;
  }

  /** Adds to each column the bytes of `source` at its address, `lengths` by column. */
  append(source: Uint8Array, addresses: readonly number[], lengths: readonly number[]): void {
    this.#reserve(Math.max(...this.#lengths.map((length, k) => length + (lengths[k] ?? 0))));
    this.#lengths.forEach((length, k) => {
      const [from, bytes] = [addresses[k] ?? 0, lengths[k] ?? 0];
      this.#data.set(source.subarray(from, from + bytes), k * this.#capacity + length);
      this.#lengths[k] = length + bytes;
    });
  }

  /** All columns for reading: the bytes that hold them and where each begins. */
  view(): { readonly bytes: Uint8Array; readonly addresses: readonly number[] } {
    return { bytes: this.#data, addresses: this.#lengths.map((_, k) => k * this.#capacity) };
  }

  /** The columns one after another without gaps; leaves none behind. */
  take(): Uint8Array {
    const { bytes: data, addresses } = this.view();
    const lengths = [...this.#lengths];
    const isFull = lengths.every((length) => length === this.#bytesMax);
    this.#lengths.fill(0);
    this.#data = new Uint8Array(0);
    this.#capacity = 0;
    // After a full batch the next one is expected to fill up too.
    this.#capacityMin = isFull ? this.#bytesMax : 0;
    if (isFull) return data;
    const packed = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    addresses.forEach((address, k) => {
      const column = data.subarray(address, address + (lengths[k] ?? 0));
      packed.set(column, at);
      at += column.length;
    });
    this.#memory.give(data);
    return packed;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#capacity) return;
    const doubled = Math.min(this.#bytesMax, 2 * this.#capacity);
    const capacity = Math.max(bytes, doubled, this.#capacityMin);
    const total = this.#lengths.length * capacity;
    const isWhole = capacity === this.#bytesMax;
    const grown = isWhole ? this.#memory.take(total) : new Uint8Array(total);
    this.#lengths.forEach((length, k) => {
      const from = k * this.#capacity;
      grown.set(this.#data.subarray(from, from + length), k * capacity);
    });
    this.#memory.give(this.#data);
    this.#data = grown;
    this.#capacity = capacity;
  }
}
