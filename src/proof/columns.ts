import type { BatchMemory } from './batch-memory.ts';

/** Columns up to this length have memory of their own. */
const SMALL_BYTES = 1 << 15;

/** Columns of bytes that grow in one piece of memory, on their way into a batch. */
export class Columns {
  readonly #bytesMax: number;
  readonly #memory: BatchMemory;
  readonly #lengths: number[];
  #data: Uint8Array = new Uint8Array(0);
  /** Bytes that each column has room for. */
  #capacity = 0;

  /** `bytesMax`: the length of every column of a full batch. */
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
    return { bytes: this.#data, addresses: this.#addresses() };
  }

  /** Takes over the columns and the memory of another one, which is empty then, as this one must be. */
  adopt(other: Columns): void {
    this.clear();
    this.#data = other.#data;
    this.#capacity = other.#capacity;
    this.#lengths.splice(0, this.#lengths.length, ...other.#lengths);
    other.#forget();
  }

  /** Forgets the columns and gives their memory back. */
  clear(): void {
    this.#memory.give(this.#data);
    this.#forget();
  }

  /** The columns one after another without gaps; leaves none behind. */
  take(): Uint8Array {
    const [data, addresses, lengths] = [this.#data, this.#addresses(), [...this.#lengths]];
    this.#forget();
    // Columns move down in place: what is left of the memory is not read any more.
    let at = 0;
    addresses.forEach((address, k) => {
      const length = lengths[k] ?? 0;
      if (address !== at) data.copyWithin(at, address, address + length);
      at += length;
    });
    return data.subarray(0, at);
  }

  #addresses(): number[] {
    return this.#lengths.map((_, k) => k * this.#capacity);
  }

  #forget(): void {
    this.#lengths.fill(0);
    this.#data = new Uint8Array(0);
    this.#capacity = 0;
  }

  /** Small columns double; larger ones get the memory of a full batch at once, which is used again. */
  #reserve(bytes: number): void {
    if (bytes <= this.#capacity) return;
    const small = Math.max(bytes, 2 * this.#capacity);
    const capacity = small <= SMALL_BYTES ? small : Math.max(bytes, this.#bytesMax);
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
