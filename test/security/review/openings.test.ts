import { describe, expect, it } from 'vitest';
import { planeBytes } from '../../../src/field/planes.ts';
import { andBytes } from '../../../src/program/shapes.ts';
import {
  bitsToField,
  converter,
  convertScratchBytes,
} from '../../../src/protocol/bits-to-field.ts';
import { openElements, openMasked } from '../../../src/protocol/opening.ts';
import type { Lane } from '../../../src/protocol/party.ts';
import { atAll, makeParties } from '../../protocol/network.ts';
import { sharePlanes } from '../../protocol/replicated-bits.ts';

const ROWS = 50;
const WIDTH = 20;

describe('openings', () => {
  it('of a conversion hold no bit that travelled in no AND layer, and so was never verified', async () => {
    const stride = planeBytes(ROWS);
    // Ones everywhere, also where there are no rows.
    const planes = Array.from({ length: WIDTH }, () => new Uint8Array(stride).fill(0xff));
    const shares = sharePlanes(planes);
    const opened: Uint8Array[] = [];
    const parties = await makeParties(3, 1, {
      tamper: {
        message: (message) => {
          if (message.step === 'open' && message.payload.length > 32) opened.push(message.payload);
          return [message];
        },
      },
    });
    await atAll(
      parties,
      async (lane) => {
        const { arena, self } = lane.party;
        const put = (bytes: Uint8Array | undefined) => {
          const at = arena.alloc(stride);
          arena.u8.set(bytes ?? new Uint8Array(stride), at);
          return at;
        };
        const { left = [], right = [] } = shares[self] ?? {};
        const using = converter(lane, WIDTH);
        const bits = planes.map((_, k) => ({ left: put(left[k]), right: put(right[k]) }));
        const to = arena.alloc(8 * stride * 8);
        const scratch = arena.alloc(convertScratchBytes(using, ROWS));
        const steps = { and: (k: number) => `a${k}`, open: 'open' };
        await bitsToField(lane, steps, 'convert', using, bits, to, ROWS, scratch);
      },
      'active',
    );
    expect(opened).toHaveLength(2);
    const beyond = (bytes: Uint8Array) => bytes.filter((_, k) => k % stride >= andBytes(ROWS));
    for (const bytes of opened) expect(beyond(bytes).every((byte) => byte === 0)).toBe(true);
  });

  it('do not compile without a mask or a permit (PROTOCOLS R1, A12)', () => {
    // @ts-expect-error an address of shares that nothing masks
    const unmasked = (lane: Lane, shares: number) => openMasked(lane, 'step', shares, 1);
    // @ts-expect-error a value without a permit
    const unpermitted = (lane: Lane, share: bigint) => openElements(lane, 'step', [share]);
    expect([unmasked, unpermitted]).toHaveLength(2);
  });
});
