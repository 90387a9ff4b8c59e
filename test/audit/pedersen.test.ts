import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blindingComponent, blindingSeeds, wholeBlinding } from '../../src/commit/blinding.ts';
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
  const part = '00ff';
  const upload = new Uint8Array(32).fill(7);
  const totals = nodeCrypto.sha256(Uint8Array.of(1));
  const seeds = blindingSeeds(nodeCrypto, upload, part, totals);

  it('are the sum of three components that differ by part, number, component and totals', () => {
    const components = seeds.map((seed) => blindingComponent(nodeCrypto, seed, part, 2));
    expect(addBlindings(components)).toBe(wholeBlinding(nodeCrypto, seeds, part, 2));
    const otherTotals = blindingSeeds(nodeCrypto, upload, part, nodeCrypto.sha256());
    const all = [
      ...components,
      ...seeds.map((seed) => blindingComponent(nodeCrypto, seed, part, 3)),
      ...seeds.map((seed) => blindingComponent(nodeCrypto, seed, '00fe', 2)),
      ...otherTotals.map((seed) => blindingComponent(nodeCrypto, seed, part, 2)),
    ];
    expect(new Set(all).size).toBe(12);
  });

  it('are the same whoever derives them', () => {
    expect(hex(encodeBlinding(wholeBlinding(nodeCrypto, seeds, part, 0)))).toMatchInlineSnapshot(
      `"03b55639d80ecd64fd75cd3c9df5286f29bbd2d5315de0ceccf67c13297da109"`,
    );
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
