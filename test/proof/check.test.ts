import { describe, expect, it } from 'vitest';
import { makeParties } from '../protocol/network.ts';
import { andBatches, checkAll, productBatches, SeededRandom } from './batches.ts';

const SEED = process.env['TACIT_SEED'] ?? `${Date.now()}`;

describe(`honest batches (TACIT_SEED=${SEED})`, () => {
  it.each([1, 2, 3, 7, 8, 64, 1000, 4097])('%i products', async (n) => {
    const parties = await makeParties(3, 1);
    const results = await checkAll(parties, productBatches(new SeededRandom(`${SEED}/${n}`), n));
    expect(results.filter((r) => r.status === 'rejected')).toEqual([]);
  });

  it.each([1, 7, 8, 9, 16, 17, 23, 24, 100, 1000, 12345])('%i bytes of gates', async (n) => {
    const parties = await makeParties(3, 1);
    const results = await checkAll(parties, andBatches(new SeededRandom(`${SEED}/${n}`), n));
    expect(results.filter((r) => r.status === 'rejected')).toEqual([]);
  });
});
