import { planeBytes } from '../../src/field/planes.ts';
import type { Security } from '../../src/program/program.ts';
import { BatchMemory } from '../../src/proof/batch-memory.ts';
import { CheckRunner } from '../../src/proof/check-runner.ts';
import { CheckedWitness } from '../../src/proof/checked.ts';
import { UncheckedWitness } from '../../src/proof/unchecked.ts';
import { Lane, type Party } from '../../src/protocol/party.ts';
import { shuffleRows } from '../../src/protocol/shuffle.ts';
import { planesOfRows, rowsOfPlanes } from '../../src/protocol/shuffle-rows.ts';
import type { MemoryOptions } from '../../src/transport/memory.ts';
import { compute } from '../proof/batches.ts';
import { makeParties } from './network.ts';
import { openPlane, sharePlanes } from './replicated-bits.ts';

type Shares = ReturnType<typeof sharePlanes>;

/** One party's end of a shuffle. */
interface End {
  readonly rounds: number;
  readonly planes: readonly { readonly left: Uint8Array; readonly right: Uint8Array }[];
}

/** What a party does with planes that it has the shares of. */
export type Protocol<T> = (
  lane: Lane,
  planes: readonly { left: number; right: number }[],
) => Promise<T>;

/** Runs a protocol on shared planes at three parties over a network; a party that fails aborts its channel. */
export async function atThree<T>(
  planes: readonly Uint8Array[],
  security: Security,
  protocol: Protocol<T>,
  network: MemoryOptions = {},
): Promise<{ readonly parties: readonly Party[]; readonly ends: PromiseSettledResult<T>[] }> {
  const shares = sharePlanes(planes);
  const parties = await makeParties(3, 1, network);
  const ends = await Promise.allSettled(
    parties.map(async (party) => {
      const { arena } = party;
      const mark = arena.mark();
      const witness = security === 'active' ? checkedWitness(party) : new UncheckedWitness();
      try {
        return await protocol(new Lane(party, witness), putShares(party, shares));
      } catch (error) {
        party.channel.abort(error as Error);
        throw error;
      } finally {
        arena.release(mark);
      }
    }),
  );
  return { parties, ends };
}

function checkedWitness(party: Party): CheckedWitness {
  return new CheckedWitness(new CheckRunner(party, compute, () => 0, new BatchMemory()));
}

function putShares({ arena, self }: Party, shares: Shares) {
  const { left, right } = shares[self] as Shares[number];
  const put = (bytes: Uint8Array) => {
    const address = arena.alloc(bytes.length);
    arena.u8.set(bytes, address);
    return address;
  };
  return left.map((plane, k) => ({ left: put(plane), right: put(right[k] as Uint8Array) }));
}

/** Shuffles planes: each party's new shares of them. */
export function shuffling(rows: number): Protocol<End> {
  return async (lane, planes) => {
    const { arena } = lane.party;
    const bytes = planeBytes(rows);
    const shuffled = await shuffleRows(lane, '7', rowsOfPlanes(lane.party, planes, rows));
    const targets = planes.map(() => ({ left: arena.alloc(bytes), right: arena.alloc(bytes) }));
    planesOfRows(lane.party, shuffled, targets);
    const copy = (address: number) => arena.u8.slice(address, address + bytes);
    return {
      rounds: lane.rounds,
      planes: targets.map(({ left, right }) => ({ left: copy(left), right: copy(right) })),
    };
  };
}

/** The results of all parties; throws the first error. */
export function succeeded<T>(ends: readonly PromiseSettledResult<T>[]): T[] {
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** The planes that the parties' shares make. */
export function openEnds(ends: readonly End[]): Uint8Array[] {
  return (ends[0]?.planes ?? []).map((_, k) =>
    openPlane(ends.map(({ planes }) => planes[k] as End['planes'][number])),
  );
}
