import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VerifierHost } from '../../server/engine/verifier-host.ts';
import type { AndBatch } from '../../src/proof/batch-compute.ts';
import { batchComputeContract } from '../contracts/batch-compute.ts';

const ABOUT = { party: 'party 1', log: 'silent' } as const;
const HELD_MAX = 1e6;
const COIN = new Uint8Array(32);

const shared = new VerifierHost(ABOUT, 2 ** 30);
afterAll(() => shared.stop());
batchComputeContract('in the verifier thread', () => (self, batch) => shared.compute(self, batch));

const gates = (bytes: number): AndBatch => ({
  kind: 'and',
  bytes,
  data: new Uint8Array(6 * bytes),
});

describe('the verifier thread', () => {
  let host: VerifierHost;
  beforeEach(() => {
    host = new VerifierHost(ABOUT, HELD_MAX);
  });
  afterEach(() => host.stop());

  it('takes the memory of a batch over instead of copying it', async () => {
    const batch = gates(1000);
    const opened = await host.compute(0, batch);
    expect(batch.data.byteLength).toBe(0);
    expect(opened.peakBytes).toBeGreaterThanOrEqual(6000);
    opened.release();
  });

  it('holds so many bytes of batches at a time, and others when those are released', async () => {
    const bytes = Math.floor(HELD_MAX / 12);
    const [one, two] = await Promise.all([0, 1].map((self) => host.compute(self, gates(bytes))));
    const busy = { code: 'PARTY_BUSY', message: expect.stringMatching(/limit 1 MB/) };
    await expect(host.compute(2, gates(bytes))).rejects.toMatchObject(busy);
    one?.release();
    (await host.compute(2, gates(bytes))).release();
    two?.release();
    for (let k = 0; k < 20; k++) (await host.compute(0, gates(2 * bytes))).release();
  });

  it('does not count batches that were refused', async () => {
    for (let k = 0; k < 5; k++) {
      const odd = { ...gates(1), data: new Uint8Array(HELD_MAX) };
      await expect(host.compute(0, odd)).rejects.toMatchObject({ code: 'TACIT_INVARIANT' });
    }
  });

  it('that ends fails the batches it held, at once and later; the next batch gets a fresh one', async () => {
    const opened = await host.compute(0, gates(1000));
    const lost = {
      code: 'TACIT_INVARIANT',
      message: expect.stringMatching(/verifier thread of a party ended/),
    };
    const pending = [opened.start(COIN), opened.fold([]), host.compute(1, gates(8))];
    const rejected = Promise.all(pending.map((call) => expect(call).rejects.toMatchObject(lost)));
    await host.start().stop();
    await rejected;
    await expect(opened.start(COIN)).rejects.toMatchObject(lost);
    opened.release();
    const next = await host.compute(0, gates(1000));
    const { corners } = await next.start(COIN);
    expect(corners.every((byte) => byte === 0)).toBe(true);
    next.release();
  });

  it('that is stopped with its party takes nothing more', async () => {
    const opened = await host.compute(0, gates(1000));
    const pending = expect(opened.start(COIN)).rejects.toMatchObject({ code: 'TACIT_INVARIANT' });
    await host.stop();
    await pending;
    await expect(host.compute(0, gates(8))).rejects.toMatchObject({ code: 'TACIT_INVARIANT' });
  });
});
