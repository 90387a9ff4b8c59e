/** Idle memory beyond this is given back to the system. */
const IDLE_BYTES_MAX = 1 << 28;

/**
 * Memory of batches, which is used again once they are verified, by later queries too: fresh memory costs more than copying a
 * batch into it.
 * It is shared memory, so that another thread can read a batch without keeping it.
 */
export class BatchMemory {
  readonly #idle = new Map<number, SharedArrayBuffer[]>();
  #idleBytes = 0;

  /** So many bytes with anything in them. */
  take(bytes: number): Uint8Array {
    const buffer = this.#idle.get(bytes)?.pop();
    if (buffer === undefined) return new Uint8Array(new SharedArrayBuffer(bytes));
    this.#idleBytes -= bytes;
    return new Uint8Array(buffer);
  }

  /** Takes back what came from here (or the beginning of it) and nobody reads any more; other memory is left alone. */
  give({ buffer }: Uint8Array): void {
    if (!(buffer instanceof SharedArrayBuffer)) return;
    const bytes = buffer.byteLength;
    if (this.#idleBytes + bytes > IDLE_BYTES_MAX) return;
    this.#idleBytes += bytes;
    const idle = this.#idle.get(bytes) ?? [];
    idle.push(buffer);
    this.#idle.set(bytes, idle);
  }
}
