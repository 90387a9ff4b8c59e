const WIDTH = 24;
/** Without a terminal there is a line for so many percent. */
const STEP_PERCENT = 10;

/** Shows on stderr how far an upload is: one line that is overwritten, or on no terminal a line every ten percent. */
export class ProgressBar {
  readonly #write: (text: string) => void;
  readonly #isTerminal: boolean;
  readonly #clock: () => number;
  readonly #rows: number;
  #shown = '';
  #step = -1;
  #first: { readonly at: number; readonly part: number } | undefined;

  /** `clock`: seconds from any fixed moment. */
  constructor(
    rows: number,
    write: (text: string) => void,
    isTerminal: boolean,
    clock: () => number,
  ) {
    this.#rows = rows;
    this.#write = write;
    this.#isTerminal = isTerminal;
    this.#clock = clock;
  }

  /** `done` of `total` equal steps. */
  show(done: number, total: number): void {
    const part = total === 0 ? 1 : done / total;
    this.#first ??= { at: this.#clock(), part };
    const percent = Math.floor(100 * part);
    const rows = `${grouped(Math.floor(part * this.#rows))} of ${grouped(this.#rows)} rows`;
    const line = `${String(percent).padStart(3)} %  ${rows}${this.#left(part)}`;
    if (this.#isTerminal) {
      const filled = '#'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '-');
      const text = `[${filled}] ${line}`;
      this.#write(`\r${text.padEnd(this.#shown.length)}`);
      this.#shown = text;
    } else if (Math.floor(percent / STEP_PERCENT) > this.#step) {
      this.#step = Math.floor(percent / STEP_PERCENT);
      this.#write(`${line.trimStart()}\n`);
    }
  }

  /** Ends the line on a terminal, so that something else can be written. */
  end(): void {
    if (this.#shown !== '') this.#write('\n');
    this.#shown = '';
  }

  /** Judged by the speed of this process alone: what was uploaded before it took no time now. */
  #left(part: number): string {
    const { at = 0, part: before = 0 } = this.#first ?? {};
    if (part <= before || part >= 1) return '';
    const seconds = ((this.#clock() - at) / (part - before)) * (1 - part);
    return `, ${Math.ceil(seconds)} s left`;
  }
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
