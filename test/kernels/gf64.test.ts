import { beforeEach, describe, it } from 'vitest';
import { GF_TABLE_BYTES } from '../../src/field/kernels.ts';
import { Lockstep } from './lockstep.ts';

const lockstep = await Lockstep.create();
const COUNTS = [0, 1, 2, 3, 4, 5, 8, 31, 63, 64, 65, 257];

beforeEach(() => lockstep.reset());

/** The tables of a random constant. */
function someTables(): number {
  const [c, tables] = [lockstep.randomWords(1), lockstep.bytes(GF_TABLE_BYTES)];
  lockstep.check((k) => k.gfTables(c, tables));
  return tables;
}

describe.each([0n, 1n, 2n, 1n << 63n, 2n ** 64n - 1n])('the constant %i', (value) => {
  it('has its tables', () => {
    const [c, tables] = [lockstep.words([value]), lockstep.bytes(GF_TABLE_BYTES)];
    lockstep.check((k) => k.gfTables(c, tables));
    const x = lockstep.randomWords(70);
    lockstep.check((k) => k.gfAxpy(x, tables, x, 70));
  });
});

describe.each(COUNTS)('%i elements', (n) => {
  it('gfAxpy', () => {
    const [tables, x, z] = [someTables(), lockstep.randomWords(n), lockstep.randomWords(n)];
    lockstep.check((k) => k.gfAxpy(x, tables, z, n));
    lockstep.check((k) => k.gfAxpy(x, tables, x, n));
  });

  it('gfDot', () => {
    const [x, y, out] = [lockstep.randomWords(n), lockstep.randomWords(n), lockstep.randomWords(1)];
    lockstep.check((k) => k.gfDot(x, y, n, out));
    lockstep.check((k) => k.gfDot(x, x, n, out));
  });
});

it('all pairs of powers of X and their complements', () => {
  const powers = Array.from({ length: 64 }, (_, l) => 1n << BigInt(l));
  const values = [0n, 2n ** 64n - 1n, 0x1111111111111111n, ...powers];
  const complements = values.map((value) => BigInt.asUintN(64, ~value));
  const [x, y, z] = [lockstep.words(values), lockstep.words(complements), lockstep.bytes(8 * 67)];
  // One at a time: few products are multiplied, many are sorted into buckets.
  const products = (factor: number, turned: number) =>
    lockstep.check((k) => {
      for (let at = 0; at < 8 * 67; at += 8) k.gfDot(factor + at, turned + at, 1, z + at);
    });
  for (let shift = 0; shift < 67; shift++) {
    const turned = lockstep.words([...values.slice(shift), ...values.slice(0, shift)]);
    products(x, turned);
    if (shift % 8 === 0) products(y, turned);
  }
});

describe('gfHorner', () => {
  it.each([0, 1, 2, 3, 17])('%i groups', (groups) => {
    for (const width of [0, 1, 2, 3, 5, 64, 67]) {
      const [tables, x, acc] = [
        someTables(),
        lockstep.randomWords(groups * width),
        lockstep.bytes(8 * width),
      ];
      lockstep.check((k) => k.gfHorner(x, groups, width, tables, acc));
    }
  });
});

describe('the bit level', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('gfCorners of %i variables', (k) => {
    for (const groups of k === 6 ? [1, 3] : [0, 1, 2, 5]) {
      const tables = someTables();
      const columns = Array.from({ length: 4 }, () => lockstep.randomWords(groups * 2 ** k));
      const [xl, xr, yl, yr] = columns as [number, number, number, number];
      const acc = lockstep.bytes(8 * 3 ** k);
      lockstep.check((kernels) => kernels.gfCorners(xl, xr, yl, yr, groups, k, tables, acc));
    }
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('gfFoldBits of %i variables', (k) => {
    for (const groups of [0, 1, 2, 5]) {
      const [tables, x] = [someTables(), lockstep.randomWords(groups * 2 ** k)];
      const [weights, out] = [lockstep.randomWords(2 ** k), lockstep.randomWords(64 * groups)];
      for (const side of [1, 2, 5, 2 ** 32 - 1]) {
        lockstep.check((kernels) => kernels.gfFoldBits(x, groups, k, weights, side, tables, out));
      }
    }
  });

  it.each([0, 1, 2, 3, 17])('gfWeigh of %i groups', (groups) => {
    const [tables, x] = [someTables(), lockstep.randomWords(64 * groups)];
    const z = lockstep.bytes(512 * groups);
    for (const side of [1, 2, 4, 17, 64]) {
      lockstep.check((k) => k.gfWeigh(x, groups, side, tables, z));
    }
    lockstep.check((k) => k.gfWeigh(x, groups, 4, tables, x));
  });
});
