import type { QueryProgress } from '../../src/engine/query.ts';

/** Without a terminal, a line of progress is written so often at most. */
const LINE_MS = 1000;

/** Shows on stderr how far a query is: one line that is overwritten, or on no terminal a line a second. */
export class ProgressLine {
  readonly #write: (text: string) => void;
  readonly #isTerminal: boolean;
  #shown = '';
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(write: (text: string) => void, isTerminal: boolean) {
    this.#write = write;
    this.#isTerminal = isTerminal;
  }

  /** `now`: milliseconds from any fixed moment. */
  show(progress: QueryProgress, now: number): void {
    const line = describeProgress(progress);
    if (line === this.#shown) return;
    if (this.#isTerminal) {
      this.#write(`\r${line.padEnd(this.#shown.length)}`);
    } else if (now - this.#writtenAt >= LINE_MS) {
      this.#write(`${line}\n`);
      this.#writtenAt = now;
    } else return;
    this.#shown = line;
  }

  /** Removes the line from a terminal before something else is written. */
  clear(): void {
    if (this.#isTerminal && this.#shown !== '')
      this.#write(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
  }
}

/** `waiting (2 before it)`, `round 12 of 40 (30 %)`. */
export function describeProgress(progress: QueryProgress): string {
  if (progress.state === 'queued') {
    const { place } = progress;
    return place === undefined ? 'waiting' : `waiting (${place - 1} before it)`;
  }
  const { done, total } = progress.rounds;
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  return `round ${done} of ${total} (${percent} %)`;
}
