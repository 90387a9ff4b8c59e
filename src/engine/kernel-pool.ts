import type { FieldEngine } from '../field/instantiate.ts';

/** Memory of an idle instance beyond this is given back to the system. */
const KEEP_BYTES_MAX = 1 << 30;
const IDLE_MAX = 4;

/** Lends one kernel instance with its own memory to each running query; instances are reused while warm. */
export class KernelPool {
  readonly #create: () => Promise<FieldEngine>;
  readonly #idle: { readonly engine: FieldEngine; readonly base: number }[] = [];

  constructor(create: () => Promise<FieldEngine>) {
    this.#create = create;
  }

  /** Runs `work` with an instance of its own. `work` must have stopped using it when its promise settles. */
  async use<T>(work: (engine: FieldEngine) => Promise<T>): Promise<T> {
    const free = this.#idle.pop();
    const engine = free?.engine ?? (await this.#create());
    const base = free?.base ?? engine.arena.mark();
    // One query's memory must not show in another's statistics.
    engine.arena.resetPeak();
    try {
      return await work(engine);
    } finally {
      engine.arena.release(base);
      const small = engine.arena.touchedBytes <= KEEP_BYTES_MAX;
      if (small && this.#idle.length < IDLE_MAX) this.#idle.push({ engine, base });
    }
  }
}
