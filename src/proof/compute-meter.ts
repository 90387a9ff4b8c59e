import type { Batch, BatchCompute, ComputeFactory } from './batch-compute.ts';

/** Measures the memory of one query's batches, wherever they are computed. */
export class ComputeMeter {
  readonly #factory: ComputeFactory;
  readonly #open = new Set<BatchCompute>();
  #peakBytes = 0;

  constructor(factory: ComputeFactory) {
    this.#factory = factory;
  }

  /** Most memory that batches open at a time have needed together, in bytes. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** The factory, measured. */
  readonly compute: ComputeFactory = async (self, batch: Batch) => {
    const work = await this.#factory(self, batch);
    this.#open.add(work);
    this.#look();
    return {
      get peakBytes() {
        return work.peakBytes;
      },
      start: (coin) => work.start(coin),
      fold: (values) => work.fold(values),
      release: () => {
        this.#look();
        this.#open.delete(work);
        work.release();
      },
    };
  };

  /** Each batch counts with its own peak, which it nearly keeps until its release. */
  #look(): void {
    const bytes = Array.from(this.#open, (work) => work.peakBytes);
    const together = bytes.reduce((sum, value) => sum + value, 0);
    this.#peakBytes = Math.max(this.#peakBytes, together);
  }
}
