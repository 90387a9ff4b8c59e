import { describe, expect, it } from 'vitest';
import { hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import {
  exchange,
  generateExchangeKeys,
  generateSigningKeys,
  nodeKeys,
  nodeSigner,
} from '../../src/crypto/node-keys.ts';
import { type AttemptIds, openSession, type SessionInput } from '../../src/protocol/session.ts';
import { memoryNetwork } from '../../src/transport/memory.ts';

const PARTIES = [0, 1, 2];
const identities = PARTIES.map(() => generateSigningKeys());
const exchangeKeys = PARTIES.map(() => generateExchangeKeys());

const BASE = {
  requestId: '0'.repeat(32),
  analystKey: new Uint8Array(32).fill(7),
  programDigest: new Uint8Array(32).fill(8),
  consortium: new Uint8Array(32).fill(9),
};

/** Everything random about a session is fixed, except at the `fresh` parties. */
async function session(
  fresh: readonly number[],
  change: Partial<typeof BASE> = {},
  attempts: readonly AttemptIds[] = [],
) {
  const channels = memoryNetwork(PARTIES.length);
  const sessions = await Promise.all(
    PARTIES.map((self) => {
      const guard = attempts[self];
      const input: SessionInput = {
        ...BASE,
        ...change,
        ...(guard === undefined ? {} : { attempts: guard }),
        signer: nodeSigner(identities[self]?.privateKey ?? new Uint8Array()),
        identities: identities.map(({ publicKey }) => publicKey),
        crypto: {
          ...nodeCrypto,
          randomFill: (view) =>
            fresh.includes(self) ? nodeCrypto.randomFill(view) : view.fill(self),
        },
        keys: {
          ...nodeKeys,
          agreement: () => {
            const keys = exchangeKeys[self] as (typeof exchangeKeys)[number];
            return {
              publicKey: keys.publicKey,
              agree: (peer) => exchange(keys.privateKey, peer),
            };
          },
        },
      };
      return openSession(channels[self] as (typeof channels)[number], input);
    }),
  );
  const sample = (stream: { fill(view: Uint8Array): void }) => {
    const bytes = new Uint8Array(16);
    stream.fill(bytes);
    return hex(bytes);
  };
  const pair = (a: number, b: number) => sample(sessions[a]?.streams.pair(b, 'x') ?? { fill() {} });
  const everyone = sessions.map(({ streams }) => sample(streams.set(PARTIES, 'x')));
  return {
    queryId: hex(sessions[0]?.queryId ?? new Uint8Array()),
    pairs: [pair(0, 1), pair(1, 0), pair(0, 2), pair(2, 0), pair(1, 2), pair(2, 1)],
    everyone,
  };
}

describe('the keys of a session', () => {
  it('are the same at both ends, and different for every pair', async () => {
    const { pairs, everyone } = await session(PARTIES);
    const [a, b, c, d, e, f] = pairs;
    expect([a, c, e]).toEqual([b, d, f]);
    expect(new Set([a, c, e, everyone[0]]).size).toBe(4);
    expect(new Set(everyone).size).toBe(1);
  });

  it('repeat only if nothing is fresh: the test sees what it should', async () => {
    expect(await session([])).toEqual(await session([]));
  });

  it('that were used before are refused before any of them is made', async () => {
    const remembered = PARTIES.map(() => new Set<string>());
    const attempts = remembered.map((ids) => ({
      claim: (id: Uint8Array) => !ids.has(hex(id)) && ids.add(hex(id)).size > 0,
    }));
    await session([], {}, attempts);
    await expect(session([], {}, attempts)).rejects.toMatchObject({ code: 'STREAM_REUSED' });
    await session([2], {}, attempts);
    expect(remembered.map(({ size }) => size)).toEqual([2, 2, 2]);
  });

  it.each([
    { what: 'the nonce of party 1 alone', fresh: [0], change: {} },
    { what: 'the nonce of party 2 alone', fresh: [1], change: {} },
    { what: 'the nonce of party 3 alone', fresh: [2], change: {} },
    { what: 'the request id', fresh: [], change: { requestId: '1'.repeat(32) } },
    { what: 'the analyst', fresh: [], change: { analystKey: new Uint8Array(32).fill(1) } },
    { what: 'the consortium', fresh: [], change: { consortium: new Uint8Array(32).fill(1) } },
    { what: 'the program', fresh: [], change: { programDigest: new Uint8Array(32).fill(1) } },
  ])('all change with $what', async ({ fresh, change }) => {
    const before = await session(fresh);
    const after = await session(fresh, change);
    expect(after.queryId).not.toBe(before.queryId);
    after.pairs.forEach((sample, k) => {
      expect(sample).not.toBe(before.pairs[k]);
    });
    expect(after.everyone[0]).not.toBe(before.everyone[0]);
  });
});
