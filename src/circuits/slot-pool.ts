/**
 * Hands out slot numbers, preferring low and tightly fitting free ones, and counts how many exist.
 */
export class SlotPool {
  /** Slots below `#size` that are free; all others are too. */
  #free = new BitTree(1024);
  #size = 0;

  /** The number of slots ever needed at the same time, gaps included. */
  get size(): number {
    return this.#size;
  }

  /** One slot: the lowest free one. */
  take(): number {
    const slot = this.#free.lowest();
    if (slot === -1) return this.#occupyEnd(1);
    this.#free.remove(slot);
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
      if (this.#free.has(slot)) continue;
      const length = slot - start;
      if (length >= count && length < bestLength) {
        best = start;
        bestLength = length;
      }
      start = slot + 1;
    }
    // The gap from `start` touches the end and may grow.
    if (best === -1) best = start;
    const inside = Math.min(best + count, this.#size);
    for (let slot = best; slot < inside; slot += 1) this.#free.remove(slot);
    if (best + count > this.#size) this.#occupyEnd(best + count - this.#size);
    return best;
  }

  release(slot: number): void {
    this.#free.add(slot);
  }

  /** New slots, all taken; returns the first. */
  #occupyEnd(count: number): number {
    const first = this.#size;
    this.#size += count;
    this.#free.reserve(this.#size);
    return first;
  }
}

/** A set of small integers that knows its least element: each level says which words below are not 0. */
class BitTree {
  #levels: Uint32Array[] = [];

  constructor(capacity: number) {
    this.reserve(capacity);
  }

  has(value: number): boolean {
    return ((this.#levels[0]![value >>> 5]! >>> (value & 31)) & 1) === 1;
  }

  /** The least element, -1 if there is none. */
  lowest(): number {
    let index = 0;
    for (let level = this.#levels.length - 1; level >= 0; level -= 1) {
      const word = this.#levels[level]![index]!;
      if (word === 0) return -1;
      index = 32 * index + 31 - Math.clz32(word & -word);
    }
    return index;
  }

  add(value: number): void {
    let index = value;
    for (const words of this.#levels) {
      words[index >>> 5]! |= 1 << (index & 31);
      index >>>= 5;
    }
  }

  remove(value: number): void {
    let index = value;
    for (const words of this.#levels) {
      words[index >>> 5]! &= ~(1 << (index & 31));
      if (words[index >>> 5] !== 0) return;
      index >>>= 5;
    }
  }

  /** Makes room for values below `capacity`; the elements stay. */
  reserve(capacity: number): void {
    const lowest = this.#levels[0];
    if (lowest !== undefined && capacity <= 32 * lowest.length) return;
    const old = this.#levels;
    this.#levels = [];
    for (let count = 2 * capacity; ; ) {
      count = Math.ceil(count / 32);
      this.#levels.push(new Uint32Array(count));
      if (count === 1) break;
    }
    old[0]?.forEach((word, at) => {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        this.add(32 * at + 31 - Math.clz32(rest & -rest));
      }
    });
  }
}
