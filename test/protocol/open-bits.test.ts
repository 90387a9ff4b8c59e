import { describe, expect, it } from 'vitest';
import { planeBytes } from '../../src/field/planes.ts';
import { Account } from '../../src/program/account.ts';
import { measureOpening } from '../../src/program/measure-shuffle.ts';
import { openBits } from '../../src/protocol/open-bits.ts';
import type { SentMessage } from '../../src/transport/memory.ts';
import { SeededRandom } from '../proof/batches.ts';
import { atThree, type Protocol, succeeded } from './shuffling.ts';

function opening(bits: number): Protocol<{ opened: Uint8Array; rounds: number }> {
  return async (lane, planes) => {
    const { permit } = await lane.witness.barrier();
    const opened = await openBits(lane, 'open', permit, planes, bits);
    return { opened, rounds: lane.rounds };
  };
}

describe('opening replicated bits', () => {
  it.each([0, 1, 7, 8, 9, 63, 64, 128, 129, 1000])(
    'shows %i bits of each plane to all',
    async (bits) => {
      for (const count of [1, 3]) {
        const random = new SeededRandom(`${bits}.${count}`);
        // What lies beyond the bits is not 0.
        const planes = Array.from({ length: count }, () => random.bytes(planeBytes(bits + 128)));
        const bytes = Math.ceil(bits / 8);
        const sent: SentMessage[] = [];
        const tamper = {
          message: (message: SentMessage) => {
            sent.push(message);
            return [message];
          },
        };
        const { ends, parties } = await atThree(planes, 'passive', opening(bits), { tamper });
        const mask = bits % 8 === 0 ? 0xff : (1 << (bits % 8)) - 1;
        const expected = planes.flatMap((plane) => {
          const shown = [...plane.subarray(0, bytes)];
          if (bytes > 0) shown.push((shown.pop() ?? 0) & mask);
          return shown;
        });
        for (const { opened, rounds } of succeeded(ends)) {
          expect([...opened]).toEqual(expected);
          expect(rounds).toBe(bits > 0 ? 1 : 0);
        }
        const account = new Account();
        if (bits > 0) measureOpening(account, 'open', count * bytes);
        expect(parties.map(({ channel }) => channel.bytesSent)).toEqual(account.bytes);
        for (const { payload, from, to } of sent) {
          if (to !== (from + 2) % 3) continue;
          payload.forEach((byte, k) => {
            if (k % bytes === bytes - 1) expect(byte & ~mask).toBe(0);
          });
        }
      }
    },
  );

  it('finds out at once that a holder of a component lies', async () => {
    for (const from of [0, 1, 2]) {
      for (const to of [(from + 1) % 3, (from + 2) % 3]) {
        const message = (sent: SentMessage): SentMessage[] => {
          const payload = sent.payload.slice();
          if (sent.from === from && sent.to === to) payload[3] = (payload[3] ?? 0) ^ 4;
          return [{ ...sent, payload }];
        };
        const planes = [new SeededRandom('bits').bytes(16)];
        const { ends } = await atThree(planes, 'passive', opening(100), { tamper: { message } });
        expect(ends[to]).toMatchObject({ reason: { code: 'OPENING_INCONSISTENT' } });
        expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      }
    }
  });
});
