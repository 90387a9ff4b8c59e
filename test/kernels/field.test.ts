import { beforeEach, describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/field/kernels.ts';
import { P } from '../../src/field/p61.ts';
import { Lockstep } from './lockstep.ts';

const lockstep = await Lockstep.create();
const COUNTS = [0, 1, 2, 3, 4, 5, 7, 8, 31, 64, 65, 257];

beforeEach(() => lockstep.reset());

describe.each(['fpAdd', 'fpSub', 'fpMul'] as const)('%s', (name) => {
  it.each(COUNTS)('equals its twin for %i elements', (n) => {
    const [x, y, z] = [lockstep.elements(n), lockstep.elements(n), lockstep.bytes(8 * n)];
    lockstep.check((k) => k[name](x, y, z, n));
  });

  it('may write over its first, its second or both operands', () => {
    const [x, y] = [lockstep.elements(33), lockstep.elements(33)];
    lockstep.check((k) => k[name](x, y, x, 33));
    lockstep.check((k) => k[name](x, y, y, 33));
    lockstep.check((k) => k[name](x, x, x, 33));
  });

  it('is right for every pair of edge values', () => {
    const edges = [0n, 1n, P - 1n, P - 2n, 1n << 60n, (1n << 32n) - 1n, 1n << 29n];
    const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));
    const x = lockstep.words(pairs.map(([a]) => a));
    const y = lockstep.words(pairs.map(([, b]) => b));
    lockstep.check((k) => k[name](x, y, x, pairs.length));
  });
});

describe.each(COUNTS)('with constants, %i elements', (n) => {
  it('fpScale', () => {
    const [x, c, z] = [lockstep.elements(n), lockstep.elements(1), lockstep.bytes(8 * n)];
    lockstep.check((k) => k.fpScale(x, c, z, n));
    lockstep.check((k) => k.fpScale(x, c, x, n));
  });

  it('fpAxpy', () => {
    const [x, c, z] = [lockstep.elements(n), lockstep.elements(1), lockstep.elements(n)];
    lockstep.check((k) => k.fpAxpy(x, c, z, n));
    lockstep.check((k) => k.fpAxpy(z, c, z, n));
  });

  it('fpLin2', () => {
    const [x, y, z] = [lockstep.elements(n), lockstep.elements(n), lockstep.bytes(8 * n)];
    const [c0, c1] = [lockstep.elements(1), lockstep.elements(1)];
    lockstep.check((k) => k.fpLin2(x, c0, y, c1, z, n));
    lockstep.check((k) => k.fpLin2(x, c0, y, c1, y, n));
    lockstep.check((k) => k.fpLin2(x, c0, x, c1, x, n));
  });

  it('fpFill', () => {
    const [c, z] = [lockstep.elements(1), lockstep.bytes(8 * n)];
    lockstep.check((k) => k.fpFill(c, z, n));
  });
});

describe('the largest values leave no carry behind', () => {
  const top = () => lockstep.words(Array.from({ length: 9 }, () => P - 1n));

  it.each([
    ['fpAxpy', (k: Kernels, x: number, z: number) => k.fpAxpy(x, x, z, 9)],
    ['fpLin2', (k: Kernels, x: number, z: number) => k.fpLin2(x, x, x, x, z, 9)],
    ['fpDot', (k: Kernels, x: number, z: number) => k.fpDot(x, x, 9, z)],
    ['fpReshare', (k: Kernels, x: number, z: number) => k.fpReshare(x, x, z, z + 128, x, 9)],
  ] as const)('%s', (_name, run) => {
    const [x, z] = [top(), top()];
    top();
    top();
    lockstep.check((k) => run(k, x, z));
  });
});

describe('sums', () => {
  it.each([...COUNTS, 4095])('fpDot and fpSum over %i elements', (n) => {
    const [x, y, out] = [lockstep.elements(n), lockstep.elements(n), lockstep.elements(1)];
    lockstep.check((k) => k.fpDot(x, y, n, out));
    lockstep.check((k) => k.fpDot(x, x, n, out));
    lockstep.check((k) => k.fpSum(x, n, out));
  });

  it('hold for long runs of the largest element', () => {
    const n = 5001;
    const x = lockstep.words(Array.from({ length: n }, () => P - 1n));
    const out = lockstep.words([P - 1n]);
    lockstep.check((k) => k.fpDot(x, x, n, out));
    lockstep.check((k) => k.fpSum(x, n, out));
  });
});

describe('lines', () => {
  it.each([...COUNTS, 1023])('%i of them', (n) => {
    const [x0, x1] = [lockstep.elements(n), lockstep.elements(n)];
    const [y0, y1] = [lockstep.elements(n), lockstep.elements(n)];
    const [r, out] = [lockstep.elements(1), lockstep.elements(2)];
    lockstep.check((k) => k.fpDotLines(x0, x1, y0, y1, n, out));
    lockstep.check((k) => k.fpDotLines(x0, x1, x0, x1, n, out));
    lockstep.check((k) => k.fpFoldLines(x0, x1, r, n));
  });

  it.each([
    [0n, P - 1n],
    [P - 1n, 0n],
    [P - 1n, P - 1n],
  ])('hold for long runs from %i to %i', (from, to) => {
    const n = 5001;
    const [x0, x1] = [from, to].map((v) => lockstep.words(Array.from({ length: n }, () => v)));
    const [out, r] = [lockstep.words([P - 1n, P - 1n]), lockstep.words([P - 1n])];
    lockstep.check((k) => k.fpDotLines(x0 ?? 0, x1 ?? 0, x0 ?? 0, x1 ?? 0, n, out));
    lockstep.check((k) => k.fpFoldLines(x0 ?? 0, x1 ?? 0, r, n));
  });
});

describe('fpSigns', () => {
  it.each(COUNTS)('%i rows', (n) => {
    const [bits, z] = [lockstep.bytes(Math.ceil(n / 8)), lockstep.bytes(8 * n)];
    for (const k of [0n, 1n, P - 1n, lockstep.element()]) {
      const at = lockstep.words([k]);
      lockstep.check((kernels) => kernels.fpSigns(bits, at, z, n));
    }
  });
});

describe('fpSample', () => {
  it.each(COUNTS)('masks %i random words', (n) => {
    const x = lockstep.bytes(8 * n);
    lockstep.check((k) => k.fpSample(x, n));
  });

  it.each([0, 1, 2, 5, 6])('reports p at index %i', (at) => {
    for (const word of [P, (1n << 64n) - 1n, P | (1n << 62n)]) {
      const x = lockstep.words(Array.from({ length: 7 }, (_, i) => (i === at ? word : P - 1n)));
      expect(lockstep.check((k) => k.fpSample(x, 7))).toBe(1);
    }
  });
});

describe('fpCanonical', () => {
  it.each([0, 1, 2, 5, 6])('finds an offender at index %i', (at) => {
    for (const word of [P, P + 1n, 1n << 61n, 1n << 63n, (1n << 64n) - 1n]) {
      const x = lockstep.words(Array.from({ length: 7 }, (_, i) => (i === at ? word : P - 1n)));
      expect(lockstep.check((k) => k.fpCanonical(x, 7))).toBe(0);
    }
  });

  it.each(COUNTS)('accepts %i elements', (n) => {
    const x = lockstep.elements(n);
    expect(lockstep.check((k) => k.fpCanonical(x, n))).toBe(1);
  });
});
