/**
 * A small deterministic generator (splitmix32 of a counter): the same seed gives the same data on
 * every machine. For made-up data only; nothing secret depends on it.
 */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next 32 bits, unsigned. */
  bits(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number in [low, high]. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of the items; earlier ones are more likely, by 1, 1/2, 1/3, ... */
  favour<T>(items: readonly T[]): T {
    const total = items.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
    let rest = this.fraction() * total;
    for (const [i, item] of items.entries()) {
      rest -= 1 / (i + 1);
      if (rest < 0) return item;
    }
    return items[items.length - 1] as T;
  }

  /** A positive number with many small and few large values, of the given mean. */
  waiting(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean;
  }
}
