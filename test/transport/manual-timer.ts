import type { Timer } from '../../src/transport/timer.ts';

/** A timer that a test turns by hand. */
export class ManualTimer implements Timer {
  #now = 0;
  #pending: { at: number; fn: () => void }[] = [];

  get running(): number {
    return this.#pending.length;
  }

  start(ms: number, fn: () => void): () => void {
    const entry = { at: this.#now + ms, fn };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== entry);
    };
  }

  /** Lets time pass, calling what falls due in order, and lets deliveries happen in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await new Promise(setImmediate);
      const due = this.#pending.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = due.at;
      this.#pending = this.#pending.filter((other) => other !== due);
      due.fn();
    }
    this.#now = end;
  }
}
