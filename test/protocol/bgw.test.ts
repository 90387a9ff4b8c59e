import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { mod, P } from '../../src/field/p61.ts';
import { dealer, multiply, reshare, reshareScratchBytes } from '../../src/protocol/bgw.ts';
import { getElements, putElements } from '../../src/protocol/elements.ts';
import { openElements } from '../../src/protocol/opening.ts';
import {
  drawElements,
  randomShares,
  zeroShares,
  zeroSharesOfProducts,
} from '../../src/sharing/prss.ts';
import { reconstructShamir, splitShamir } from '../../src/sharing/shamir.ts';
import { atAll, makeParties } from './network.ts';

const SUITES = [
  { n: 3, t: 1, committee: [0, 1, 2] },
  { n: 4, t: 1, committee: [0, 1, 2] },
  { n: 4, t: 1, committee: [1, 2, 3] },
  { n: 5, t: 1, committee: [0, 2, 4] },
  { n: 5, t: 2, committee: [0, 1, 2, 3, 4] },
];

const element = fc.oneof(
  fc.bigInt(0n, P - 1n),
  fc.constantFrom(0n, 1n, P - 1n, P - 2n, (P - 1n) / 2n),
);
/** Uniform coefficients: fast-check prefers extreme values, which make altered shares non-canonical. */
const drawn = (t: number) => {
  const key = new Uint8Array(32);
  nodeCrypto.randomFill(key);
  return drawElements(nodeCrypto.stream(key), t);
};

describe.each(SUITES)(
  'BGW with $n parties, t = $t, committee $committee',
  ({ n, t, committee }) => {
    const sharesOf = (values: readonly bigint[]) => values.map((v) => splitShamir(v, n, drawn(t)));

    it.each(['passive', 'active'] as const)(
      'multiplies columns in one round with t elements sent per product and party, %s',
      async (security) => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.tuple(element, element), { minLength: 1, maxLength: 9 }),
            async (pairs) => {
              const parties = await makeParties(n, t, { committee });
              const a = sharesOf(pairs.map(([x]) => x));
              const b = sharesOf(pairs.map(([, y]) => y));
              const results = await atAll(
                parties,
                async (lane) => {
                  const { party } = lane;
                  const { arena, self } = party;
                  const mark = arena.mark();
                  const size = pairs.length;
                  const x = putElements(
                    arena,
                    a.map((s) => s[self] ?? 0n),
                  );
                  const y = putElements(
                    arena,
                    b.map((s) => s[self] ?? 0n),
                  );
                  const z = arena.alloc(size * 8);
                  const scratch = arena.alloc(reshareScratchBytes(t, 1, size));
                  const roles = dealer(party);
                  const before = party.channel.bytesSent;
                  await multiply(lane, 'mul', 'mul', roles, [{ a: x, b: y, to: z }], size, scratch);
                  const header = (party.channel.bytesSent - before - t * size * 8) / t;
                  expect(header).toBeGreaterThan(0);
                  expect(header).toBeLessThan(64);
                  expect(lane.rounds).toBe(1);
                  const out = getElements(arena, z, size);
                  arena.release(mark);
                  return out;
                },
                security,
              );
              pairs.forEach(([x, y], k) => {
                const shares = results.map((row) => row[k] ?? 0n);
                expect(reconstructShamir(shares, committee, t, 'z')).toBe(mod(x * y));
              });
            },
          ),
          { numRuns: 25 },
        );
      },
    );

    it('sums products of a column with one resharing', async () => {
      const pairs = fc.sample(fc.tuple(element, element), 100);
      const parties = await makeParties(n, t, { committee });
      const a = sharesOf(pairs.map(([x]) => x));
      const b = sharesOf(pairs.map(([, y]) => y));
      const results = await atAll(parties, async (lane) => {
        const { party } = lane;
        const { arena, self, kernels } = party;
        const x = putElements(
          arena,
          a.map((s) => s[self] ?? 0n),
        );
        const y = putElements(
          arena,
          b.map((s) => s[self] ?? 0n),
        );
        const total = putElements(arena, [0n]);
        kernels.fpDot(x, y, pairs.length, total);
        const roles = dealer(party);
        const scratch = arena.alloc(reshareScratchBytes(t, 1, 1));
        await reshare(lane, 'dot', 'dot', roles, [{ d: total, to: total }], 1, scratch);
        return getElements(arena, total, 1)[0] ?? 0n;
      });
      const expected = pairs.reduce((sum, [x, y]) => mod(sum + x * y), 0n);
      expect(reconstructShamir(results, committee, t, 'sum')).toBe(expected);
    });

    it('opens to every party, and refuses an altered share or digest', async () => {
      const values = fc.sample(element, 20);
      const shares = sharesOf(values);
      const parties = await makeParties(n, t, { committee });
      const opened = await atAll(parties, async (lane) =>
        openElements(
          lane,
          await lane.barrier(),
          'open',
          shares.map((s) => s[lane.party.self] ?? 0n),
        ),
      );
      for (const row of opened) expect(row).toEqual(values);

      for (const victim of committee) {
        let altered = false;
        const tampered = await makeParties(n, t, {
          committee,
          tamper: {
            message: (message) => {
              if (message.from !== victim || altered) return [message];
              altered = true;
              const payload = message.payload.slice();
              payload[0] = (payload[0] ?? 0) ^ 1;
              return [{ ...message, payload }];
            },
          },
        });
        const outcomes = await Promise.allSettled(
          tampered
            .filter((party) => committee.includes(party.self))
            .map((party) =>
              atAll([party], async (lane) =>
                openElements(
                  lane,
                  await lane.barrier(),
                  'open',
                  shares.map((s) => s[lane.party.self] ?? 0n),
                ),
              ),
            ),
        );
        const codes = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason.code] : []));
        expect(codes).toContain('OPENING_INCONSISTENT');
      }
    });

    it('draws shared randomness and sharings of zero without a message', async () => {
      const parties = await makeParties(n, t, { committee });
      const all = Array.from({ length: n }, (_, k) => k);
      const random = parties.map(({ streams, self }) => randomShares(streams, self, n, t, 'r', 5));
      const zero = parties.map(({ streams, self }) => zeroShares(streams, self, n, t, 'z', 5));
      const products = parties.map(({ streams, self }) =>
        zeroSharesOfProducts(streams, self, n, t, 'zz', 5),
      );
      for (let k = 0; k < 5; k++) {
        const column = (rows: readonly bigint[][]) => rows.map((row) => row[k] ?? 0n);
        expect(() => reconstructShamir(column(random), all, t, 'r')).not.toThrow();
        expect(reconstructShamir(column(zero), all, t, 'z')).toBe(0n);
        expect(new Set(column(zero)).size).toBe(n);
        const used = all.slice(0, 2 * t + 1);
        expect(
          reconstructShamir(
            used.map((p) => column(products)[p] ?? 0n),
            used,
            2 * t,
            'zz',
          ),
        ).toBe(0n);
      }
      expect(parties[0]?.channel.bytesSent).toBe(0);
    });
  },
);
