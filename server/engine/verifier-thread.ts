import type { Worker } from 'node:worker_threads';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import type { Batch, BatchCompute } from '../../src/proof/batch-compute.ts';
import { startThread } from '../entry.ts';
import { firstMessage } from './first-message.ts';
import { PendingCalls } from './pending-calls.ts';
import type { FromVerifier, ToVerifier, VerifierData } from './verifier-messages.ts';

type Reply = Exclude<FromVerifier, { kind: 'ready' | 'failure' }>;

/**
 * One verifier thread from its start to its end. What it is asked before it is ready waits for it; after its end every call
 * rejects.
 */
export class VerifierThread {
  /** Resolves when the thread has ended, however that came. */
  readonly ended: Promise<number>;
  readonly #worker: Worker;
  readonly #heldMax: number;
  readonly #calls: PendingCalls<Reply>;
  #held = 0;

  /** `heldMax`: bytes that the batches open at a time may have together. */
  constructor(about: VerifierData, heldMax: number) {
    this.#heldMax = heldMax;
    const worker = startThread('./verifier-worker', import.meta.url, about);
    this.#worker = worker;
    // It must not keep an engine thread alive that could not start.
    worker.unref();
    this.ended = new Promise((resolve) => worker.once('exit', resolve));
    this.#calls = new PendingCalls('verifier', this.ended);
    worker.on('message', (message: FromVerifier) => {
      if (message.kind !== 'ready') this.#calls.settle(message);
    });
    // A thread that cannot start ends, which all calls hear.
    firstMessage<FromVerifier>(worker, this.ended, 'verifier').catch(() => {});
  }

  /**
   * Opens a batch; its memory moves to the thread, unless both can read it. PARTY_BUSY if too much is being verified. There is no queue: a batch is released
   * when all parties are through with it, so two parties could each wait for room that the other's query has.
   */
  async open(self: number, work: Batch): Promise<BatchCompute> {
    const { byteLength, buffer } = work.data;
    if (this.#held + byteLength > this.#heldMax) {
      const limit = Math.round(this.#heldMax / 1e6);
      const message = `too much waits to be verified at this party at a time (limit ${limit} MB)`;
      throw new TacitError('PARTY_BUSY', message);
    }
    this.#held += byteLength;
    const batch = this.#calls.number();
    try {
      const call = this.#calls.number();
      const moved = buffer instanceof ArrayBuffer ? [buffer] : [];
      const reply = await this.#ask({ kind: 'open', call, batch, self, work }, moved);
      return this.#handle(batch, byteLength, reply.peakBytes);
    } catch (error) {
      this.#held -= byteLength;
      throw error;
    }
  }

  /** Ends the thread; all calls under way reject. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #handle(batch: number, bytes: number, opened: number): BatchCompute {
    let peakBytes = opened;
    let isReleased = false;
    const ask = async (message: Extract<ToVerifier, { call: number }>): Promise<Reply> => {
      const reply = await this.#ask(message);
      peakBytes = reply.peakBytes;
      return reply;
    };
    return {
      get peakBytes() {
        return peakBytes;
      },
      start: async (coin) => {
        const reply = await ask({ kind: 'start', call: this.#calls.number(), batch, coin });
        invariant(reply.kind === 'started', 'the verifier thread starts a batch');
        return reply;
      },
      fold: async (values) => {
        const reply = await ask({ kind: 'fold', call: this.#calls.number(), batch, values });
        invariant(reply.kind === 'folded', 'the verifier thread folds a batch');
        return reply.sums;
      },
      release: () => {
        invariant(!isReleased, 'a batch is released once');
        isReleased = true;
        this.#held -= bytes;
        this.#worker.postMessage({ kind: 'release', batch } satisfies ToVerifier);
      },
    };
  }

  #ask(
    message: Extract<ToVerifier, { call: number }>,
    moved: readonly ArrayBuffer[] = [],
  ): Promise<Reply> {
    return this.#calls.ask(message.call, () => this.#worker.postMessage(message, moved));
  }
}
