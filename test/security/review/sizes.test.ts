import { describe, expect, it } from 'vitest';
import { add } from '../../../src/field/p61.ts';
import type { Batch } from '../../../src/proof/batch-compute.ts';
import { readWords, writeWords } from '../../../src/proof/check-field.ts';
import { andBatches, checkAll, productBatches, SeededRandom } from '../../proof/batches.ts';
import { makeParties } from '../../protocol/network.ts';

/** Around whole words, groups, tiles, blocks of weights and levels of one, two and three variables. */
const AND_BYTES = [7, 9, 24, 25, 5831, 5833, 32_767, 40_003];
const PRODUCTS = [2, 1023, 1025, 2049, 4097, 16_385, 20_001];

async function codes(batches: readonly Batch[]): Promise<string[]> {
  const results = await checkAll(await makeParties(3, 1), batches);
  return results.map((result) => (result.status === 'fulfilled' ? 'passed' : result.reason.code));
}

const PASSED = ['passed', 'passed', 'passed'];
const random = new SeededRandom('sizes');

describe('a batch of any size', () => {
  it.each(AND_BYTES)('of %i bytes of gates passes, and not with one bit wrong', async (bytes) => {
    const batches = andBatches(random, bytes);
    expect(await codes(batches)).toEqual(PASSED);
    const bits = [0, 8 * bytes - 1, random.below(8 * bytes), random.below(8 * bytes)];
    for (const bit of bits) {
      // Component 1 of z, at both of its holders.
      const flip = () => {
        for (const [party, column] of [
          [0, 5],
          [1, 4],
        ] as const) {
          const data = batches[party]?.data ?? new Uint8Array();
          const at = column * bytes + (bit >> 3);
          data[at] = (data[at] ?? 0) ^ (1 << (bit & 7));
        }
      };
      flip();
      expect(await codes(batches), `bit ${bit}`).toContain('CHECK_FAILED');
      flip();
    }
  });

  it.each(PRODUCTS)('of %i products passes, and not with one wrong', async (n) => {
    const runs = n > 1000 ? [{ start: 1000, length: Math.floor((n - 1000) / 2) }] : [];
    const batches = productBatches(random, n, runs);
    expect(await codes(batches)).toEqual(PASSED);
    const results = (batches[0]?.data.length ?? 0) / 8 - 2 * n;
    for (const result of [0, results - 1, random.below(results)]) {
      // All shares by one: the result itself by one.
      const wrong = batches.map((batch) => {
        const words = readWords(batch.data);
        words[2 * n + result] = add(words[2 * n + result] ?? 0n, 1n);
        return { ...batch, data: writeWords(words) };
      });
      expect(await codes(wrong), `result ${result}`).toContain('CHECK_FAILED');
    }
  });
});
