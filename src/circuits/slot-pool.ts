/**
 * Hands out slot numbers, preferring low and tightly fitting free ones, and counts how many exist.
 */
export class SlotPool {
  #used = new Uint8Array(256);
  #lowestFree = 0;
  #size = 0;

  /** The number of slots ever needed at the same time, gaps included. */
  get size(): number {
    return this.#size;
  }

  /** One slot: the lowest free one. */
  take(): number {
    let slot = this.#lowestFree;
    while (slot < this.#size && this.#used[slot] === 1) slot += 1;
    this.#lowestFree = slot + 1;
    this.#occupy(slot, 1);
    return slot;
  }

  /**
   * `count` consecutive slots in the smallest gap that holds them, else at the end; returns the
   * first.
   */
  takeRun(count: number): number {
    let best = -1;
    let bestLength = Number.POSITIVE_INFINITY;
    let start = 0;
    for (let slot = 0; slot < this.#size; slot += 1) {
      if (this.#used[slot] === 0) continue;
      const length = slot - start;
      if (length >= count && length < bestLength) {
        best = start;
        bestLength = length;
      }
      start = slot + 1;
    }
    // The gap from `start` touches the end and may grow.
    if (best === -1) best = start;
    this.#occupy(best, count);
    return best;
  }

  release(slot: number): void {
    this.#used[slot] = 0;
    if (slot < this.#lowestFree) this.#lowestFree = slot;
  }

  #occupy(first: number, count: number): void {
    const end = first + count;
    if (end > this.#used.length) {
      const grown = new Uint8Array(2 * end);
      grown.set(this.#used);
      this.#used = grown;
    }
    this.#used.fill(1, first, end);
    this.#size = Math.max(this.#size, end);
  }
}
