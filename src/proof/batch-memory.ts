/**
 * Memory of full batches, which is used again once they are verified: fresh memory costs more than copying a batch into it.
 * It is shared memory, so that another thread can read a batch without keeping it.
 */
export class BatchMemory {
  readonly #idle = new Map<number, Uint8Array[]>();

  /** So many bytes with anything in them. */
  take(bytes: number): Uint8Array {
    return this.#idle.get(bytes)?.pop() ?? new Uint8Array(new SharedArrayBuffer(bytes));
  }

  /** Takes back what came from here and nobody reads any more; other memory is left alone. */
  give(data: Uint8Array): void {
    if (!(data.buffer instanceof SharedArrayBuffer)) return;
    const idle = this.#idle.get(data.length) ?? [];
    idle.push(data);
    this.#idle.set(data.length, idle);
  }
}
