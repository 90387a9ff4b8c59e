import { TacitError } from '../errors/tacit-error.ts';
import type { Timer } from '../transport/timer.ts';

/** Ends one query: by its caller's signal or by the clock, whichever is first. The signal's reason is a TacitError. */
export class Stop {
  readonly #controller = new AbortController();
  readonly #timer: Timer;
  readonly #outer: AbortSignal | undefined;
  readonly #cancel: () => void;
  #cancelTimer: () => void = () => {};

  constructor(timer: Timer, outer: AbortSignal | undefined) {
    this.#timer = timer;
    this.#outer = outer;
    this.#cancel = () => this.#controller.abort(cancellation(outer?.reason));
    if (outer?.aborted) this.#cancel();
    outer?.addEventListener('abort', this.#cancel);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on, and instead of an earlier limit: QUERY_TIMEOUT with the message after so many seconds. */
  after(seconds: number, message: string): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#timer.start(seconds * 1000, () => {
      this.#controller.abort(new TacitError('QUERY_TIMEOUT', message));
    });
  }

  /** What the promise gives, unless the query is ended before; the promise itself goes on. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    let leave = () => {};
    const stopped = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave);
    });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Forgets signal and clock; the query is over. */
  release(): void {
    this.#cancelTimer();
    this.#outer?.removeEventListener('abort', this.#cancel);
  }
}

function cancellation(reason: unknown): TacitError {
  return reason instanceof TacitError
    ? reason
    : new TacitError('CANCELLED', 'the query was cancelled');
}
