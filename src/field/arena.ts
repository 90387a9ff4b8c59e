import { invariant, TacitError } from '../errors/tacit-error.ts';

const PAGE = 65536;
const ALIGN = 64;
/** WebAssembly's 32-bit address space ends here. */
const BYTES_MAX = 4 * 1024 ** 3 - PAGE;

/**
 * Bump allocator over one WebAssembly memory. Addresses are unsigned byte offsets, 64-byte aligned.
 * `memory.grow` detaches every view, so it happens only here, and views are asked for anew by `u8`.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  #top: number;
  #view: Uint8Array;
  #peak = 0;
  #touched = 0;

  constructor(memory: WebAssembly.Memory, reservedBytes: number) {
    this.memory = memory;
    this.#top = align(reservedBytes);
    this.#view = new Uint8Array(memory.buffer);
  }

  /** The whole memory; valid until the next `alloc`. */
  get u8(): Uint8Array {
    return this.#view;
  }

  /** Highest address ever in use, in bytes. */
  get peakBytes(): number {
    return this.#peak;
  }

  /** Bytes that were ever in use: what is beyond takes no room. */
  get touchedBytes(): number {
    return this.#touched;
  }

  /** Reserves uninitialised bytes; throws SQL_TOO_LARGE beyond 4 GiB. */
  alloc(bytes: number): number {
    invariant(Number.isSafeInteger(bytes) && bytes >= 0, 'allocation size');
    const at = this.#top;
    const end = at + align(bytes);
    if (end > BYTES_MAX) {
      throw new TacitError(
        'SQL_TOO_LARGE',
        'the query needs more than 4 GiB of working memory at a party',
      );
    }
    if (end > this.#view.byteLength) this.#grow(end);
    this.#top = end;
    this.#peak = Math.max(this.#peak, end);
    this.#touched = Math.max(this.#touched, end);
    return at;
  }

  /** By half at least: V8 collects all garbage at almost every step of a large memory, and what is not touched takes no room. */
  #grow(end: number): void {
    const { byteLength } = this.#view;
    const pages = (bytes: number) => Math.ceil((bytes - byteLength) / PAGE);
    const wanted = Math.min(BYTES_MAX, Math.max(end, byteLength + byteLength / 2));
    try {
      this.memory.grow(pages(wanted));
    } catch {
      this.#growTo(pages(end));
    }
    this.#view = new Uint8Array(this.memory.buffer);
  }

  #growTo(pages: number): void {
    try {
      this.memory.grow(pages);
    } catch (cause) {
      const message = 'the party has not enough memory for this query';
      throw new TacitError('SQL_TOO_LARGE', message, undefined, { cause });
    }
  }

  /** Starts counting {@link peakBytes} anew from what is in use now. */
  resetPeak(): void {
    this.#peak = this.#top;
  }

  /** Everything allocated after `mark()` is given back by `release`. */
  mark(): number {
    return this.#top;
  }

  release(mark: number): void {
    invariant(mark <= this.#top, 'arena released out of order');
    this.#top = mark;
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGN) * ALIGN;
}
