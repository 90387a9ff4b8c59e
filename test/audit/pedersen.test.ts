import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blindingShares, combineBlindings, wholeBlinding } from '../../src/commit/blinding.ts';
import { auditDigest, commitTotals, splitCommitments } from '../../src/commit/part-audit.ts';
import {
  addBlindings,
  commitTo,
  decodeBlinding,
  encodeBlinding,
  GROUP_ORDER,
  isCommitment,
  opensTo,
  VALUE_LIMIT,
} from '../../src/commit/pedersen.ts';
import { fromHex, hex } from '../../src/crypto/hex.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { P } from '../../src/field/p61.ts';

const value = fc.bigInt({ min: -(2n ** 95n), max: 2n ** 95n });
const blinding = fc.bigInt({ min: 0n, max: GROUP_ORDER - 1n });
const opening = fc.record({ value, blinding });

describe('Pedersen commitments', () => {
  it('open to the signed sum of what they commit to', () => {
    fc.assert(
      fc.property(fc.array(opening, { maxLength: 6 }), (openings) => {
        const commitments = openings.map((one) => commitTo(one.value, one.blinding));
        const sum = openings.reduce((total, one) => total + one.value, 0n);
        const blind = addBlindings(openings.map((one) => one.blinding));
        expect(opensTo(commitments, sum, blind)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('open to no other value, whatever looks equal in another modulus', () => {
    fc.assert(
      fc.property(opening, (one) => {
        const commitments = [commitTo(one.value, one.blinding)];
        const others = [1n, -1n, P, -P, 2n ** 64n, -(2n ** 64n), GROUP_ORDER, -GROUP_ORDER];
        for (const shift of others) {
          expect(opensTo(commitments, one.value + shift, one.blinding)).toBe(false);
        }
        if (one.value !== 0n) expect(opensTo(commitments, -one.value, one.blinding)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('open with no other blinding, not even the same one written otherwise', () => {
    fc.assert(
      fc.property(opening, (one) => {
        const commitments = [commitTo(one.value, one.blinding)];
        for (const shift of [1n, -1n, GROUP_ORDER, -GROUP_ORDER]) {
          expect(opensTo(commitments, one.value, one.blinding + shift)).toBe(false);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('do not open when one is missing, twice there or exchanged', () => {
    const [a, b, c] = [commitTo(5n, 11n), commitTo(7n, 13n), commitTo(9n, 17n)];
    expect(opensTo([a, b], 12n, 24n)).toBe(true);
    expect(opensTo([b, a], 12n, 24n)).toBe(true);
    expect(opensTo([a], 12n, 24n)).toBe(false);
    expect(opensTo([a, b, b], 12n, 24n)).toBe(false);
    expect(opensTo([a, c], 12n, 24n)).toBe(false);
  });

  it('of nothing open to nothing', () => {
    expect(opensTo([], 0n, 0n)).toBe(true);
    expect(opensTo([], 1n, 0n)).toBe(false);
    expect(hex(commitTo(0n, 0n))).toBe('00'.repeat(32));
  });

  it('refuse bytes that are no canonical point', () => {
    const good = commitTo(3n, 4n);
    expect(isCommitment(good)).toBe(true);
    const bad = [
      good.subarray(1),
      new Uint8Array(33),
      new Uint8Array(32).fill(255),
      // The encoding of p, which is 0 written otherwise, and a negative field element (RFC 9496, A.2).
      fromHex(`ed${'ff'.repeat(30)}7f`) as Uint8Array,
      fromHex(`01${'00'.repeat(31)}`) as Uint8Array,
    ];
    for (const bytes of bad) {
      expect(isCommitment(bytes)).toBe(false);
      expect(opensTo([bytes], 0n, 0n)).toBe(false);
    }
  });

  it('take values up to their limit only', () => {
    const most = VALUE_LIMIT - 1n;
    expect(opensTo([commitTo(most, 1n), commitTo(-most, 2n)], 0n, 3n)).toBe(true);
    expect(() => commitTo(VALUE_LIMIT, 1n)).toThrow('127 bits');
    expect(() => commitTo(-VALUE_LIMIT, 1n)).toThrow('127 bits');
  });

  it('have the generators that the documentation names', () => {
    expect(hex(commitTo(1n, 0n))).toBe(
      'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76',
    );
    expect(hex(commitTo(0n, 1n))).toMatchInlineSnapshot(
      `"9e0dfd93d4236f43aa4df4c58e616757a027610620ed32116c9d406fae759274"`,
    );
  });
});

describe('blindings', () => {
  const seeds = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
  /** What the three parties say of parts 'aa' and 'bb', each with its two seeds. */
  const tell = (totals: readonly number[]) =>
    [0, 1, 2].map((party) => {
      const [left, right] = [seeds[party], seeds[(party + 1) % 3]] as [Uint8Array, Uint8Array];
      const parts = ['aa', 'bb'].map((part) => ({ part, left, right }));
      return blindingShares(nodeCrypto, parts, totals);
    });

  it('differ by part and number, and are the same whoever derives them', () => {
    const all = ['aa', 'bb'].flatMap((part) =>
      [0, 1].map((index) => wholeBlinding(nodeCrypto, seeds, part, index)),
    );
    expect(new Set(all).size).toBe(4);
    expect(hex(encodeBlinding(all[0] ?? 0n))).toMatchInlineSnapshot(
      `"09d8007f86ab3cf665a3240cb1741be27046d329e9188df98b4c0daf08acb804"`,
    );
  });

  it('are told by three parties, each component by two of them', () => {
    const totals = [3, 0];
    const combined = combineBlindings(tell(totals), 2);
    const expected = totals.map((index) =>
      addBlindings(['aa', 'bb'].map((part) => wholeBlinding(nodeCrypto, seeds, part, index))),
    );
    expect(combined).toEqual(expected);
    expect(combineBlindings(tell([]), 0)).toEqual([]);
  });

  it('name the two parties whose copies differ, whichever byte it is', () => {
    for (const party of [0, 1, 2]) {
      for (const at of [0, 31, 32, 63, 64, 127]) {
        const shares = tell([0, 1]);
        const own = shares[party] as Uint8Array;
        own[at] = (own[at] ?? 0) ^ 1;
        const other = at % 64 < 32 ? (party + 2) % 3 : (party + 1) % 3;
        const names = [party + 1, other + 1];
        const caught = () => combineBlindings(shares, 2);
        expect(caught).toThrow(/different copies|no canonical/);
        for (const name of names) expect(caught).toThrow(new RegExp(`part(y|ies).*${name}`));
      }
    }
  });

  it('are refused in another length or form', () => {
    const short = tell([0]).map((bytes) => bytes.subarray(1));
    expect(() => combineBlindings(short, 1)).toThrow('party 1 sent no canonical');
    expect(() => combineBlindings(tell([0]), 2)).toThrow('party 1 sent no canonical');
    const high = tell([0]);
    high[1]?.fill(255);
    expect(() => combineBlindings(high, 1)).toThrow('party 2 sent no canonical');
  });

  it('have one encoding', () => {
    fc.assert(
      fc.property(blinding, (one) => {
        expect(decodeBlinding(encodeBlinding(one))).toBe(one);
      }),
    );
    expect(decodeBlinding(new Uint8Array(32).fill(255))).toBeUndefined();
    expect(decodeBlinding(new Uint8Array(31))).toBeUndefined();
    const order = Uint8Array.from({ length: 32 }, (_, k) =>
      Number((GROUP_ORDER >> BigInt(8 * k)) & 0xffn),
    );
    expect(decodeBlinding(order)).toBeUndefined();
  });
});

describe('the commitments of a part', () => {
  const seeds = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
  const about = { id: 'aa', owner: 'north|2', rows: 3, definition: 'dd' };

  it('open to the totals over all parts', () => {
    const a = commitTotals(nodeCrypto, seeds, 'aa', [-7n, 2n ** 70n]);
    const b = commitTotals(nodeCrypto, seeds, 'bb', [9n, 5n]);
    for (const [index, total] of [2n, 2n ** 70n + 5n].entries()) {
      const points = [a, b].map((bytes) => splitCommitments(bytes, 2)?.[index] as Uint8Array);
      const parts = ['aa', 'bb'].map((part) => wholeBlinding(nodeCrypto, seeds, part, index));
      expect(opensTo(points, total, addBlindings(parts))).toBe(true);
      expect(opensTo(points, total + 1n, addBlindings(parts))).toBe(false);
    }
  });

  it('are as many points as there are totals', () => {
    const bytes = commitTotals(nodeCrypto, seeds, 'aa', [1n, 2n]);
    expect(splitCommitments(bytes, 2)).toHaveLength(2);
    expect(splitCommitments(bytes, 1)).toBeUndefined();
    expect(splitCommitments('ff'.repeat(64), 2)).toBeUndefined();
    expect(splitCommitments(bytes.toUpperCase(), 2)).toBeUndefined();
    expect(splitCommitments('', 0)).toEqual([]);
  });

  it('have a digest that says what they are about', () => {
    const bytes = commitTotals(nodeCrypto, seeds, 'aa', [1n]);
    const digests = [
      auditDigest(nodeCrypto, about, bytes),
      auditDigest(nodeCrypto, { ...about, id: 'ab' }, bytes),
      auditDigest(nodeCrypto, { ...about, owner: 'north' }, bytes),
      auditDigest(nodeCrypto, { ...about, rows: 4 }, bytes),
      auditDigest(nodeCrypto, { ...about, definition: 'de' }, bytes),
      auditDigest(nodeCrypto, about, commitTotals(nodeCrypto, seeds, 'aa', [2n])),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
