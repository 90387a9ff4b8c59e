import { describe, expect, it } from 'vitest';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { BlockKey } from '../../src/storage/share-store.ts';
import { codesOf, expectRefused, freshRequest, SQL, stage } from './attack.ts';

/** A party that fails in the middle: the others end at once, without the clock, and nothing is released. */
describe('a party fails while it computes', () => {
  let failAt: ((key: BlockKey) => boolean) | undefined;
  let thrown: Error;
  let failStep: RegExp | undefined;

  const fragile = (party: number) =>
    stage((parts) => {
      if (parts.self !== party) return parts;
      const read = parts.store.read.bind(parts.store);
      parts.store.read = (key, length) => {
        if (failAt?.(key)) throw thrown;
        return read(key, length);
      };
      return {
        ...parts,
        openChannel: async (requestId, signal) => {
          const channel = await parts.openChannel(requestId, signal);
          const send = channel.send.bind(channel);
          channel.send = (to, step, payload, owned) => {
            if (failStep?.test(step)) throw thrown;
            send(to, step, payload, owned);
          };
          return channel;
        },
      };
    });

  it.each([
    { when: 'before the first layer', at: ({ form }: BlockKey) => form === 'boolean' },
    { when: 'after the last layer', at: ({ form }: BlockKey) => form === 'field' },
  ])('its store is damaged: noticed $when', async ({ at }) => {
    for (const party of [0, 1, 2]) {
      const target = await fragile(party);
      thrown = new TacitError('STORAGE_CORRUPT', 'block 0 of column 1 is missing');
      failAt = at;
      const outcomes = await target.attack({});
      const codes = Array<string>(3).fill('PEER_CLOSED');
      codes[party] = 'STORAGE_CORRUPT';
      expect(codesOf(outcomes)).toEqual(codes);
      const name = `party ${party + 1}`;
      expectRefused(outcomes, 'PEER_CLOSED', new RegExp(`${name} closed its stream before`));
      expect(target.record.filter(({ step }) => step === 'barrier')).toEqual([]);
      const told = await target.analyst({});
      expect(told).toEqual({
        code: 'STORAGE_CORRUPT',
        message: `${name}: block 0 of column 1 is missing`,
      });
      failAt = undefined;
      await target.recovers();
    }
  });

  it.each([/hello/, /echo/, /a3$/, /i0u$/, /i0w$/, /m2$/, /dot/, /zero/, /barrier/, /commit/])(
    'it throws when it should send %s',
    async (step) => {
      const target = await fragile(1);
      thrown = new Error('out of memory');
      failStep = step;
      const outcomes = await target.attack({});
      const [first, second, third] = codesOf(outcomes);
      expect([first, third]).toEqual(['PEER_CLOSED', 'PEER_CLOSED']);
      expect(second).not.toBe('answered');
      expectRefused(outcomes, 'PEER_CLOSED', /party 2 closed its stream before/);
      failStep = undefined;
      await target.recovers();
    },
  );
});

describe('a query that fails beside others', () => {
  it('does not disturb them', async () => {
    const doomed = freshRequest('SELECT SUM(a * b), SUM(c * c) FROM t WHERE a < 900');
    const target = await stage((parts) => ({
      ...parts,
      openChannel: async (requestId, signal) => {
        const channel = await parts.openChannel(requestId, signal);
        if (requestId !== doomed.requestId || parts.self !== 2) return channel;
        const send = channel.send.bind(channel);
        channel.send = (to, step, payload, owned) => {
          if (/b\d+a7$/.test(step)) throw new Error('out of memory');
          send(to, step, payload, owned);
        };
        return channel;
      },
    }));
    const { consortium, expected } = target;
    const failing = Promise.allSettled(consortium.parties.map((party) => party.query(doomed)));
    const answers = await Promise.all([1, 2, 3].map(() => consortium.query(SQL)));
    for (const { rows } of answers) expect(JSON.stringify(rows)).toBe(expected);
    expect((await failing).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    await target.recovers();
  });
});

describe('an analyst who goes away', () => {
  it('ends the query at every party', async () => {
    const target = await stage();
    const stop = new AbortController();
    const request = { requestId: 'f'.repeat(32), sql: 'SELECT SUM(a * b) FROM t WHERE a < 9' };
    const analystKey = new Uint8Array(32).fill(9);
    const asked = target.consortium.parties.map((party) =>
      party.query({ ...request, analystKey }, stop.signal),
    );
    stop.abort();
    const outcomes = await Promise.allSettled(asked);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    }
    await target.recovers();
  });
});
