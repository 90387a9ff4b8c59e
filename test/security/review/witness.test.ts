import { describe, expect, it } from 'vitest';
import { BatchMemory } from '../../../src/proof/batch-memory.ts';
import { CheckRunner } from '../../../src/proof/check-runner.ts';
import { CheckedWitness } from '../../../src/proof/checked.ts';
import type { AndRecord } from '../../../src/protocol/witness.ts';
import { andBatches, compute, SeededRandom } from '../../proof/batches.ts';
import { makeParties } from '../../protocol/network.ts';

const BYTES = 40;
const clock = () => performance.now() / 1000;

type Ask = (witness: CheckedWitness, record: AndRecord) => Promise<readonly string[]>;

/** Asks for permits at every party of witnesses that hold a wrong gate. */
async function askAll(ask: Ask): Promise<(readonly string[])[]> {
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
  return Promise.all(
    parties.map(async (party) => {
      const { arena, self } = party;
      const mark = arena.mark();
      const runner = new CheckRunner(party, compute, clock, new BatchMemory());
      const data = gates[self]?.data ?? new Uint8Array();
      const at = arena.alloc(data.length);
      arena.u8.set(data, at);
      const columns = [0, 1, 2, 3, 4, 5].map((k) => at + k * BYTES) as never;
      const asked = await ask(new CheckedWitness(runner), { columns, bytes: BYTES });
      await runner.settled();
      arena.release(mark);
      return asked;
    }),
  );
}

const permitOf = (witness: CheckedWitness) =>
  witness.barrier().then(
    () => 'permit',
    () => 'refused',
  );

describe('a check that has failed', () => {
  it('fails its barrier for good: who asks again gets no permit either', async () => {
    const outcomes = await askAll(async (witness, record) => {
      await witness.ands(record);
      return [await permitOf(witness), await permitOf(witness)];
    });
    expect(outcomes).toEqual([0, 1, 2].map(() => ['refused', 'refused']));
  });

  it('fails the barriers of all other lanes, also of those that need nothing of it', async () => {
    const outcomes = await askAll(async (witness, record) => {
      const [wrong, other] = witness.fork(2);
      await wrong?.ands(record);
      return [await permitOf(wrong as CheckedWitness), await permitOf(other as CheckedWitness)];
    });
    expect(outcomes).toEqual([0, 1, 2].map(() => ['refused', 'refused']));
  });
});
