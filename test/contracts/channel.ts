import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/transport/channel.ts';
import { FRAME_PAYLOAD_MAX, messageBytes } from '../../src/wire/frame.ts';

/** What a suite needs from an implementation: connected channels, and a way to clean up. */
export interface ChannelHarness {
  open(parties: number): Promise<Channel[]>;
  close(): Promise<void>;
}

function bytes(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + seed * 13) & 0xff);
}

async function read(channel: Channel, from: number, step: string, length: number) {
  const out = new Uint8Array(length);
  await channel.receive(from, step, () => out, 0, length);
  return out;
}

const error = (code: string, message: RegExp) => ({
  code,
  message: expect.stringMatching(message),
});

/** What every {@link Channel} promises; each implementation calls this. */
export function channelContract(name: string, harness: ChannelHarness): void {
  describe(`channel contract: ${name}`, () => {
    afterEach(() => harness.close());

    it('carries messages of every size between all pairs, as labelled', async () => {
      const channels = await harness.open(3);
      const sizes = [
        0,
        1,
        64,
        5000,
        FRAME_PAYLOAD_MAX,
        FRAME_PAYLOAD_MAX + 1,
        2 * FRAME_PAYLOAD_MAX,
      ];
      for (const [from, channel] of channels.entries()) {
        for (const to of [0, 1, 2].filter((party) => party !== from)) {
          for (const [i, size] of sizes.entries()) {
            channel.send(to, `s/${i}`, bytes(size, from * 3 + to));
          }
        }
      }
      for (const [to, channel] of channels.entries()) {
        for (const from of [0, 1, 2].filter((party) => party !== to)) {
          for (const [i, size] of sizes.entries()) {
            const got = await read(channel, from, `s/${i}`, size);
            expect(Buffer.compare(got, bytes(size, from * 3 + to))).toBe(0);
          }
        }
      }
      const each = sizes.reduce((sum, size, i) => sum + messageBytes(`s/${i}`, size), 0);
      expect(channels.map((channel) => channel.bytesSent)).toEqual([2 * each, 2 * each, 2 * each]);
      await Promise.all(channels.map((channel) => channel.close()));
    });

    it('any order of sends and receives gives each receive its own step', async () => {
      const lengths = fc.array(fc.integer({ min: 0, max: 300_000 }), {
        minLength: 1,
        maxLength: 6,
      });
      const order = fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(lengths, order, async (sizes, priorities) => {
          const [a, b] = await harness.open(2);
          const received: Promise<Uint8Array>[] = [];
          const actions = sizes.flatMap((size, i) => [
            () => a!.send(1, `step ${i}`, bytes(size, i)),
            () => {
              received[i] = read(b!, 0, `step ${i}`, size);
            },
          ]);
          const shuffled = actions
            .map((action, i) => ({ action, priority: priorities[i] ?? 0 }))
            .sort((x, y) => x.priority - y.priority);
          for (const { action, priority } of shuffled) {
            action();
            if (priority % 3 === 0) await new Promise(setImmediate);
          }
          for (const [i, size] of sizes.entries()) {
            expect(Buffer.compare(await received[i]!, bytes(size, i))).toBe(0);
          }
          await Promise.all([a!.close(), b!.close()]);
        }),
        { numRuns: 15 },
      );
    });

    it('writes at the offset, asks for the target anew, and does not touch a reused send buffer', async () => {
      const [a, b] = await harness.open(2);
      let target = new Uint8Array(10).fill(9);
      const done = b!.receive(0, 'x', () => target, 4, 3);
      target = new Uint8Array(8).fill(9);
      const payload = new Uint8Array([1, 2, 3]);
      a!.send(1, 'x', payload);
      payload.fill(7);
      await done;
      expect([...target]).toEqual([9, 9, 9, 9, 1, 2, 3, 9]);
      await Promise.all([a!.close(), b!.close()]);
    });

    it.each([
      ['longer', 8, 5, /party 1 sent .* step x with more than the 5 bytes/],
      ['shorter', 4, 5, /party 1 sent .* step x with fewer than the 5 bytes/],
      ['longer, several frames', 300_000, 5, /step x with more than/],
      ['shorter, several frames', 140_000, 150_000, /step x with fewer than/],
      ['empty', 0, 1, /step x with fewer/],
    ])(
      'a %s message is PEER_PROTOCOL, awaited before or after',
      async (_, sent, length, message) => {
        for (const before of [true, false]) {
          const [a, b] = await harness.open(2);
          let failure = before ? read(b!, 0, 'x', length) : undefined;
          failure?.catch(() => {});
          a!.send(1, 'x', new Uint8Array(sent));
          a!.send(1, 'later', new Uint8Array(1));
          await (before ? failure!.catch(() => {}) : read(b!, 0, 'later', 1).catch(() => {}));
          failure ??= read(b!, 0, 'x', length);
          await expect(failure).rejects.toMatchObject(error('PEER_PROTOCOL', message));
          await expect(read(b!, 0, 'y', 1)).rejects.toMatchObject({ code: 'PEER_PROTOCOL' });
          a!.abort(new Error('end of test'));
          b!.abort(new Error('end of test'));
        }
      },
    );

    it('abort fails own receives with the error, and the peers with PEER_CLOSED', async () => {
      const [a, b, c] = await harness.open(3);
      const own = read(a!, 1, 'x', 1);
      const peers = [read(b!, 0, 'x', 1), read(c!, 0, 'x', 1)];
      a!.abort(new Error('my reason'));
      await expect(own).rejects.toThrow('my reason');
      await expect(read(a!, 2, 'z', 1)).rejects.toThrow('my reason');
      expect(() => a!.send(1, 'q', new Uint8Array(1))).toThrow('my reason');
      await Promise.all(
        peers.map((peer) => expect(peer).rejects.toMatchObject(error('PEER_CLOSED', /party 1/))),
      );
      await expect(read(b!, 2, 'later', 1)).rejects.toMatchObject({ code: 'PEER_CLOSED' });
      for (const channel of [b, c]) channel!.abort(new Error('end of test'));
    });

    it('a peer that ends without a step it owes is PEER_CLOSED; what it sent before counts', async () => {
      const [a, b] = await harness.open(2);
      a!.send(1, 'given', bytes(200_000));
      const closing = a!.close();
      expect(Buffer.compare(await read(b!, 0, 'given', 200_000), bytes(200_000))).toBe(0);
      await expect(read(b!, 0, 'owed', 1)).rejects.toMatchObject(
        error('PEER_CLOSED', /party 1 ended its stream before step owed/),
      );
      b!.abort(new Error('end of test'));
      await closing.catch(() => {});
    });

    it('an unknown step is named', async () => {
      const [a, b] = await harness.open(2);
      const awaited = read(b!, 0, 'right', 1);
      a!.send(1, 'wrong', new Uint8Array(1));
      const closing = a!.close();
      await expect(awaited).rejects.toMatchObject(
        error('PEER_PROTOCOL', /party 1 sent step wrong instead of step right/),
      );
      b!.abort(new Error('end of test'));
      await closing.catch(() => {});
    });

    it('an unknown step that nobody misses is found at close', async () => {
      const [a, b] = await harness.open(2);
      a!.send(1, 'extra', new Uint8Array(1));
      a!.send(1, 'right', new Uint8Array(1));
      await read(b!, 0, 'right', 1);
      const closing = [a!.close(), b!.close()];
      await expect(closing[1]).rejects.toMatchObject(error('PEER_PROTOCOL', /step extra/));
      await closing[0]?.catch(() => {});
    });

    it('our own mistakes are invariant violations', async () => {
      const [a, b] = await harness.open(2);
      const invariant = { code: 'TACIT_INVARIANT' };
      const out = new Uint8Array(4);
      const outside = async () => b!.receive(0, 'x', () => out, 2, 3);
      await expect(outside()).rejects.toMatchObject(invariant);
      const pending = b!.receive(0, 'y', () => out, 0, 1);
      await expect((async () => b!.receive(0, 'y', () => out, 0, 1))()).rejects.toMatchObject(
        invariant,
      );
      a!.send(1, 'y', new Uint8Array(1));
      await pending;
      const sends: [number, string][] = [
        [1, 'y'],
        [0, 'self'],
        [2, 'nobody'],
        [1, ''],
        [1, 'x'.repeat(32)],
        [1, 'é'],
      ];
      for (const [to, step] of sends) {
        expect(() => a!.send(to, step, out), step).toThrow(/internal error/);
      }
      await Promise.all([a!.close(), b!.close()]);
    });
  });
}
