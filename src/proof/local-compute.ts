import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { FieldEngine } from '../field/instantiate.ts';
import type { BatchCompute, BatchWork, ComputeFactory } from './batch-compute.ts';
import { BitCompute } from './bit-compute.ts';
import { ProductCompute } from './product-compute.ts';

/** Engines that are kept when no batch needs them. */
const IDLE_MAX = 4;

/**
 * Computes of batches in this thread. Each works in an engine of its own, because batches do not end in the order in which
 * they began; `load` makes engines, a few of which are kept and used again.
 */
export function localCompute(
  load: () => Promise<FieldEngine>,
  crypto: CryptoProvider,
): ComputeFactory {
  const idle: FieldEngine[] = [];
  return async (self, batch) => {
    const engine = idle.pop() ?? (await load());
    const { arena } = engine;
    const mark = arena.mark();
    arena.resetPeak();
    const free = () => {
      arena.release(mark);
      if (idle.length < IDLE_MAX) idle.push(engine);
    };
    try {
      const compute =
        batch.kind === 'and'
          ? new BitCompute(engine, crypto, self, batch)
          : new ProductCompute(engine, crypto, batch);
      return releasing(compute, free, () => arena.peakBytes - mark);
    } catch (error) {
      free();
      throw error;
    }
  };
}

function releasing(compute: BatchWork, free: () => void, peak: () => number): BatchCompute {
  let isFree = false;
  let peakBytes = 0;
  return {
    get peakBytes() {
      return isFree ? peakBytes : peak();
    },
    start: (coin) => compute.start(coin),
    fold: (values) => compute.fold(values),
    release() {
      invariant(!isFree, 'a batch is released once');
      peakBytes = peak();
      isFree = true;
      free();
    },
  };
}
