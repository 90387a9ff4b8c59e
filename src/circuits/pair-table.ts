/**
 * Maps unordered pairs of wires to wires, all at most 2^31 - 1: open addressing in typed arrays,
 * which is several times as fast as a Map of composed keys.
 */
export class PairTable {
  #mask = 1023;
  /** Per entry: the lesser and the greater wire of the pair, and the result plus one (0: free). */
  #entries = new Int32Array(3 * 1024);
  #count = 0;

  get(a: number, b: number): number | undefined {
    const result = this.#entries[this.#find(a, b) + 2]!;
    return result === 0 ? undefined : result - 1;
  }

  /** Adds a pair that is not there yet. */
  set(a: number, b: number, result: number): void {
    if (2 * (this.#count + 1) > this.#mask) this.#grow();
    const at = this.#find(a, b);
    this.#entries[at] = Math.min(a, b);
    this.#entries[at + 1] = Math.max(a, b);
    this.#entries[at + 2] = result + 1;
    this.#count += 1;
  }

  /** Where the pair is, or where it belongs. */
  #find(a: number, b: number): number {
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    const entries = this.#entries;
    const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    for (;;) {
      const at = 3 * slot;
      if (entries[at + 2] === 0) return at;
      if (entries[at] === low && entries[at + 1] === high) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#entries;
    this.#mask = 2 * this.#mask + 1;
    this.#entries = new Int32Array(3 * (this.#mask + 1));
    for (let from = 0; from < old.length; from += 3) {
      if (old[from + 2] === 0) continue;
      const at = this.#find(old[from]!, old[from + 1]!);
      this.#entries[at] = old[from]!;
      this.#entries[at + 1] = old[from + 1]!;
      this.#entries[at + 2] = old[from + 2]!;
    }
  }
}
