import { expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { ComputeMeter } from '../../src/proof/compute-meter.ts';
import { localCompute } from '../../src/proof/local-compute.ts';
import { batchComputeContract } from '../contracts/batch-compute.ts';

const local = localCompute(loadKernels, nodeCrypto);
batchComputeContract('measured', () => new ComputeMeter(local).compute);

it('a meter counts what batches need that are open at a time', async () => {
  const meter = new ComputeMeter(local);
  const open = (bytes: number) =>
    meter.compute(0, { kind: 'and', bytes, data: new Uint8Array(6 * bytes) });
  const one = await open(100_000);
  const two = await open(50_000);
  await two.start(new Uint8Array(32));
  two.release();
  const together = one.peakBytes + two.peakBytes;
  expect(together).toBeGreaterThan(900_000);
  expect(meter.peakBytes).toBe(together);
  (await open(10_000)).release();
  expect(meter.peakBytes).toBe(together);
  one.release();
});
