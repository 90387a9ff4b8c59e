import { expect, it } from 'vitest';
import { loadKernels } from '../../src/engine/node-kernels.ts';

/** Addresses above 2 GiB are negative as signed 32-bit numbers; untouched pages cost nothing. */
it('kernels work above 2 GiB', async () => {
  const { kernels, arena } = await loadKernels();
  const n = 101;
  const low = arena.alloc(8 * n);
  const sum = arena.alloc(8 * n);
  arena.alloc(2 ** 31);
  const high = arena.alloc(8 * n);
  const highSum = arena.alloc(8 * n);
  expect(high).toBeGreaterThan(2 ** 31);
  for (let i = 0; i < 8 * n; i++) arena.u8[low + i] = (i * 37) & 255;
  kernels.fpSample(low, n);
  arena.u8.copyWithin(high, low, low + 8 * n);
  kernels.fpMul(low, low, sum, n);
  kernels.fpMul(high, low, highSum, n);
  kernels.xor(sum, highSum, highSum, 8 * 100);
  const bytes = arena.u8.subarray(highSum, highSum + 8 * 100);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
});
