import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { FieldEngine } from '../field/instantiate.ts';
import type { BatchCompute, BatchWork, ComputeFactory } from './batch-compute.ts';
import { BitCompute } from './bit-compute.ts';
import { ProductCompute } from './product-compute.ts';

/**
 * Computes of batches in this thread. Each works in an engine of its own, because batches do not end in the order in which
 * they began; `load` makes engines, which are kept and used again.
 */
export function localCompute(
  load: () => Promise<FieldEngine>,
  crypto: CryptoProvider,
): ComputeFactory {
  const idle: FieldEngine[] = [];
  return async (self, batch) => {
    const engine = idle.pop() ?? (await load());
    const mark = engine.arena.mark();
    const free = () => {
      engine.arena.release(mark);
      idle.push(engine);
    };
    try {
      const compute =
        batch.kind === 'and'
          ? new BitCompute(engine, crypto, self, batch)
          : new ProductCompute(engine, crypto, batch);
      return releasing(compute, free);
    } catch (error) {
      free();
      throw error;
    }
  };
}

function releasing(compute: BatchWork, free: () => void): BatchCompute {
  let isFree = false;
  return {
    start: (coin) => compute.start(coin),
    fold: (values) => compute.fold(values),
    release() {
      invariant(!isFree, 'a batch is released once');
      isFree = true;
      free();
    },
  };
}
