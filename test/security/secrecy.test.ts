import { beforeAll, describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { generateExchangeKeys, unseal } from '../../src/crypto/node-keys.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { mod, readElement } from '../../src/field/p61.ts';
import { splitShamir } from '../../src/sharing/shamir.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { inProcessConsortium } from '../engine/consortium.ts';
import { publishInProcess } from '../oracle/publish.ts';
import { plainTable, variedRow } from './plain-table.ts';

/** Shamir's formula over a tiny field, as splitShamir computes it over F_p. */
function tinyShares(p: number, parties: number, secret: number, coefficients: readonly number[]) {
  return Array.from({ length: parties }, (_, party) => {
    const x = party + 1;
    return coefficients.reduce((sum, c, k) => (sum + c * x ** (k + 1)) % p, secret);
  });
}

describe('perfect secrecy of Shamir shares, by enumeration over F_7', () => {
  const P7 = 7;
  const range = Array.from({ length: P7 }, (_, k) => k);

  it('is the formula of splitShamir', () => {
    for (const secret of [0, 3, 6]) {
      for (const coefficients of [[5], [0], [2, 6], [1, 0]]) {
        const wide = splitShamir(BigInt(secret), 5, coefficients.map(BigInt));
        const narrow = tinyShares(1e9 + 7, 5, secret, coefficients);
        expect(wide).toEqual(narrow.map(BigInt));
      }
    }
  });

  it.each([
    { parties: 3, t: 1 },
    { parties: 5, t: 1 },
    { parties: 5, t: 2 },
  ])('any t = $t shares of $parties are uniform whatever the secret', ({ parties, t }) => {
    const draws = t === 1 ? range.map((c) => [c]) : range.flatMap((c) => range.map((d) => [c, d]));
    const coalitions =
      t === 1
        ? Array.from({ length: parties }, (_, k) => [k])
        : Array.from({ length: parties }, (_, k) => [k, (k + 1) % parties]);
    for (const coalition of coalitions) {
      for (const secret of range) {
        const views = draws.map((draw) => {
          const shares = tinyShares(P7, parties, secret, draw);
          return coalition.map((party) => shares[party]).join();
        });
        expect(new Set(views).size).toBe(P7 ** t);
      }
    }
  });
});

const ROWS = 8192;
/** Standard deviations that a fair statistic does not leave: about 1 in 10^9 for one of them. */
const SIGMAS = 6;

describe('what one party stores of an upload', () => {
  let context: UploadContext;
  beforeAll(async () => {
    const { kernels, arena } = await loadKernels();
    context = { crypto: nodeCrypto, kernels, arena };
  });

  const extremes = [
    { name: 'all zero', value: 0n, a: 0 },
    { name: 'all ones', value: 2n ** 45n - 1n, a: 1000 },
  ];

  it.each(extremes)('looks uniform for a constant column: $name', async ({ value, a }) => {
    const table = plainTable([ROWS], () => ({
      id: 0,
      a,
      b: 0,
      c: value,
      flag: true,
      word: 'AK',
    }));
    const stores = [0, 1, 2].map(() => new MemoryStore(nodeCrypto));
    await publishInProcess(context, [table], stores);
    for (const store of stores) {
      const part = store.tables()[0]?.parts[0]?.id ?? '';
      const planes = 47;
      const bits = store.read(
        { part, column: 3, form: 'boolean', limb: 0, block: 0 },
        (2 * planes * ROWS) / 8,
      );
      // Each plane of each component on its own, and both components together.
      for (let plane = 0; plane < 2 * planes; plane++) {
        expectFair(bits.subarray((plane * ROWS) / 8, ((plane + 1) * ROWS) / 8));
      }
      const xor = new Uint8Array(ROWS / 8);
      for (let k = 0; k < xor.length; k++) xor[k] = (bits[k] ?? 0) ^ (bits[ROWS / 8 + k] ?? 0);
      expectFair(xor);
      for (const limb of [0, 1]) {
        expectUniform(
          store.read({ part, column: 3, form: 'field', limb, block: 0 }, 8 * ROWS).slice(),
        );
      }
    }
  });
});

/** As many ones as zeros. */
function expectFair(bytes: Uint8Array): void {
  let ones = 0;
  for (const byte of bytes) for (let k = 0; k < 8; k++) ones += (byte >> k) & 1;
  const n = bytes.length * 8;
  expect(Math.abs(ones - n / 2)).toBeLessThan((SIGMAS * Math.sqrt(n)) / 2);
}

/** Each of the 61 bits of the elements is fair, and no element repeats. */
function expectUniform(bytes: Uint8Array): void {
  const n = bytes.length / 8;
  const counts = new Array<number>(64).fill(0);
  const seen = new Set<bigint>();
  for (let row = 0; row < n; row++) {
    const element = readElement(bytes, 8 * row);
    seen.add(element);
    for (let k = 0; k < 64; k++) counts[k] = (counts[k] ?? 0) + Number((element >> BigInt(k)) & 1n);
  }
  expect(seen.size).toBe(n);
  counts.slice(0, 61).forEach((count) => {
    expect(Math.abs(count - n / 2)).toBeLessThan((SIGMAS * Math.sqrt(n)) / 2);
  });
  expect(counts.slice(61)).toEqual([0, 0, 0]);
}

describe('shares released to the analyst', () => {
  it('are re-randomised: two releases of one sum differ by a line through 0', async () => {
    const consortium = await inProcessConsortium([plainTable([40, 50], variedRow)]);
    const key = generateExchangeKeys();
    const release = async (requestId: string): Promise<bigint[]> => {
      // A sum without any product: only the re-randomisation can make the shares differ.
      const request = { requestId, sql: 'SELECT SUM(id) FROM t', analystKey: key.publicKey };
      const answers = await Promise.all(consortium.parties.map((party) => party.query(request)));
      return answers.map(({ sealed, programDigest }, party) => {
        const label = `tacit/result|${requestId}|${party}|${programDigest}`;
        const shares = unseal(key.privateKey, sealed, new TextEncoder().encode(label));
        // A salt of 32 bytes, then the share.
        expect(shares.length).toBe(40);
        return readElement(shares, 32);
      });
    };
    const first = await release('0'.repeat(32));
    const second = await release('1'.repeat(32));
    const [d1, d2, d3] = first.map((share, party) => mod(share - (second[party] ?? 0n)));
    expect(d1).not.toBe(0n);
    expect(d2).toBe(mod(2n * (d1 ?? 0n)));
    expect(d3).toBe(mod(3n * (d1 ?? 0n)));
    const secret = mod(2n * (first[0] ?? 0n) - (first[1] ?? 0n));
    expect(secret).toBe(BigInt((89 * 90) / 2));
  });
});
