import type { Batch, BatchCompute } from '../../src/proof/batch-compute.ts';
import { threadEnded } from './first-message.ts';
import type { VerifierData } from './verifier-messages.ts';
import { VerifierThread } from './verifier-thread.ts';

/**
 * The engine thread's handle on the verifier thread: the local work on batches runs beside the computation of the queries
 * they come from. Batches of all queries take turns call by call. A thread that ended is replaced when the next batch comes;
 * the batches that it held are lost.
 */
export class VerifierHost {
  readonly #about: VerifierData;
  readonly #heldMax: number;
  #thread: VerifierThread | undefined;
  #isStopped = false;

  /** `heldMax`: bytes of batches under verification at a time; see {@link VerifierThread.open}. */
  constructor(about: VerifierData, heldMax: number) {
    this.#about = about;
    this.#heldMax = heldMax;
  }

  /** A ComputeFactory: moves the batch to the thread. PARTY_BUSY beyond the limit, TACIT_INVARIANT if the thread ends. */
  async compute(self: number, batch: Batch): Promise<BatchCompute> {
    return this.start().open(self, batch);
  }

  /** Starts the thread before its first batch comes, so that none has to wait for it. */
  start(): VerifierThread {
    if (this.#isStopped) throw threadEnded('verifier');
    if (this.#thread !== undefined) return this.#thread;
    const thread = new VerifierThread(this.#about, this.#heldMax);
    this.#thread = thread;
    void thread.ended.then(() => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#thread?.stop();
  }
}
