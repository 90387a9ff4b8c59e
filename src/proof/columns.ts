/** Columns of bytes that grow together, in one piece of memory. */
export class Columns {
  readonly #count: number;
  readonly #bytesMax: number;
  #data = new Uint8Array(0);
  /** Bytes that each column has room for, and will have at least as soon as it holds any. */
  #capacity = 0;
  #capacityMin = 0;
  #length = 0;

  /** `bytesMax`: the length that a column has when it is full; it then needs no copying to be taken. */
  constructor(count: number, bytesMax: number) {
    this.#count = count;
    this.#bytesMax = bytesMax;
  }

  /** Bytes of each column. */
  get length(): number {
    return this.#length;
  }

  /** Adds `bytes` bytes at each of the addresses of `source`, one address per column. */
  append(source: Uint8Array, addresses: readonly number[], bytes: number): void {
    this.#reserve(this.#length + bytes);
    addresses.forEach((address, column) => {
      const to = column * this.#capacity + this.#length;
      this.#data.set(source.subarray(address, address + bytes), to);
    });
    this.#length += bytes;
  }

  /** All columns for reading: the bytes that hold them and where each begins. */
  view(): { readonly bytes: Uint8Array; readonly addresses: readonly number[] } {
    const addresses = Array.from({ length: this.#count }, (_, k) => k * this.#capacity);
    return { bytes: this.#data, addresses };
  }

  /** The columns one after another without gaps; leaves none behind. */
  take(): Uint8Array<ArrayBuffer> {
    const [data, length, capacity] = [this.#data, this.#length, this.#capacity];
    // After a full batch the next one is expected to fill up too.
    this.#capacityMin = length === this.#bytesMax ? length : 0;
    this.#data = new Uint8Array(0);
    this.#capacity = 0;
    this.#length = 0;
    if (length === capacity) return data;
    const packed = new Uint8Array(this.#count * length);
    for (let k = 0; k < this.#count; k++) {
      packed.set(data.subarray(k * capacity, k * capacity + length), k * length);
    }
    return packed;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#capacity) return;
    const doubled = Math.min(this.#bytesMax, 2 * this.#capacity);
    const capacity = Math.max(bytes, doubled, this.#capacityMin);
    const grown = new Uint8Array(this.#count * capacity);
    for (let k = 0; k < this.#count; k++) {
      const from = k * this.#capacity;
      grown.set(this.#data.subarray(from, from + this.#length), k * capacity);
    }
    this.#data = grown;
    this.#capacity = capacity;
  }
}
