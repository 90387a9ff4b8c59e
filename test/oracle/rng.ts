/** Seeded generator for tests (splitmix32 [Steele, Lea, Flood 2014]): the same seed, the same tables. */
export class Rng {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in 0..2^32-1. */
  word(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** Uniform in 0..count-1. */
  below(count: number): number {
    return Math.floor((this.word() / 2 ** 32) * count);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.word() / 2 ** 32 < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Near-uniform in min..max, both included. */
  bigint(min: bigint, max: bigint): bigint {
    const random =
      (BigInt(this.word()) << 64n) | (BigInt(this.word()) << 32n) | BigInt(this.word());
    return min + (random % (max - min + 1n));
  }
}
