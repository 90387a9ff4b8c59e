import { describe, expect, it } from 'vitest';
import { BatchMemory } from '../../../src/proof/batch-memory.ts';
import { CheckRunner } from '../../../src/proof/check-runner.ts';
import { CheckedWitness } from '../../../src/proof/checked.ts';
import { andBatches, compute, SeededRandom } from '../../proof/batches.ts';
import { makeParties } from '../../protocol/network.ts';

const BYTES = 40;
const clock = () => performance.now() / 1000;

describe('a barrier that has failed', () => {
  it('stays failed: who asks again gets no permit either', async () => {
    const gates = andBatches(new SeededRandom('barrier'), BYTES);
    // One result bit of a gate, wrong at both of its holders.
    for (const [party, column] of [
      [0, 4],
      [2, 5],
    ] as const) {
      const data = gates[party]?.data ?? new Uint8Array();
      data[column * BYTES] = (data[column * BYTES] ?? 0) ^ 1;
    }
    const parties = await makeParties(3, 1);
    const outcomes = await Promise.all(
      parties.map(async (party) => {
        const { arena, self } = party;
        const mark = arena.mark();
        const runner = new CheckRunner(party, compute, clock, new BatchMemory());
        const witness = new CheckedWitness(runner);
        const data = gates[self]?.data ?? new Uint8Array();
        const at = arena.alloc(data.length);
        arena.u8.set(data, at);
        const columns = [0, 1, 2, 3, 4, 5].map((k) => at + k * BYTES) as never;
        await witness.ands({ columns, bytes: BYTES });
        const ask = () =>
          witness.barrier().then(
            () => 'permit',
            () => 'refused',
          );
        const asked = [await ask(), await ask()];
        await runner.settled();
        arena.release(mark);
        return asked;
      }),
    );
    expect(outcomes).toEqual([0, 1, 2].map(() => ['refused', 'refused']));
  });
});
