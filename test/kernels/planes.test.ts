import { beforeEach, describe, expect, it } from 'vitest';
import { Lockstep } from './lockstep.ts';

const lockstep = await Lockstep.create();
const LENGTHS = [0, 16, 32, 48, 64, 80, 112, 128, 1008];

beforeEach(() => lockstep.reset());

describe.each(LENGTHS)('%i bytes', (bytes) => {
  it('xor, not', () => {
    const [x, y, z] = [lockstep.bytes(bytes), lockstep.bytes(bytes), lockstep.bytes(bytes)];
    lockstep.check((k) => k.xor(x, y, z, bytes));
    lockstep.check((k) => k.xor(x, y, x, bytes));
    lockstep.check((k) => k.xor(x, x, x, bytes));
    lockstep.check((k) => k.not(y, z, bytes));
    lockstep.check((k) => k.not(y, y, bytes));
  });

  it('andReplicated', () => {
    const at = Array.from({ length: 5 }, () => lockstep.bytes(bytes));
    const [xl, xr, yl, yr, z] = at as [number, number, number, number, number];
    lockstep.check((k) => k.andReplicated(xl, xr, yl, yr, z, bytes));
    lockstep.check((k) => k.andReplicated(xl, xr, xl, xr, z, bytes));
    lockstep.check((k) => k.andReplicated(xl, xr, yl, yr, xl, bytes));
    lockstep.check((k) => k.andReplicated(xl, xr, yl, yr, yr, bytes));
  });
});

describe('evalGates', () => {
  const SLOTS = 9;

  /** Any operations on any slots: targets often are sources. */
  function randomCode(count: number): number {
    const words: number[] = [];
    for (let i = 0; i < count; i++) {
      words.push(lockstep.random(5));
      for (let k = 0; k < 3; k++) words.push(lockstep.random(SLOTS));
    }
    return lockstep.u32s(words);
  }

  it.each([16, 48, 1008, 1040, 2032, 2048, 2064, 4096, 4112, 5136])(
    'equals an untiled evaluation over planes of %i bytes',
    (bytes) => {
      const stride = bytes + 16 * lockstep.random(5);
      const [left, right] = [lockstep.bytes(SLOTS * stride), lockstep.bytes(SLOTS * stride)];
      for (const [notLeft, notRight] of [
        [-1, 0],
        [0, -1],
        [0, 0],
      ] as const) {
        const count = 1 + lockstep.random(40);
        const code = randomCode(count);
        lockstep.check((k) =>
          k.evalGates(code, count, left, right, stride, bytes, notLeft, notRight),
        );
      }
    },
  );

  it('accepts components that interleave or swap sides', () => {
    const bytes = 1040;
    const base = lockstep.bytes(2 * SLOTS * bytes);
    const code = randomCode(30);
    lockstep.check((k) => k.evalGates(code, 30, base, base + bytes, 2 * bytes, bytes, -1, 0));
    lockstep.check((k) => k.evalGates(code, 30, base + bytes, base, 2 * bytes, bytes, -1, 0));
  });

  it.each([
    [16, [0, 1, 7, 15, 16]],
    [1040, [1, 1024, 1039]],
    [2048, [0, 2047, 2048]],
    [4112, [2047, 2049, 2064, 4097, 4112]],
  ])('records the operands of ANDs over planes of %i bytes', (bytes, lengths) => {
    const [left, right] = [lockstep.bytes(SLOTS * bytes), lockstep.bytes(SLOTS * bytes)];
    for (const recordBytes of lengths) {
      const count = 1 + lockstep.random(30);
      const code = randomCode(count);
      const stride = count * recordBytes + lockstep.random(9);
      const record = lockstep.bytes(4 * stride);
      lockstep.check((k) =>
        k.evalGatesRecorded(
          ...[code, count, left, right, bytes, bytes, -1, 0],
          ...[record, stride, recordBytes],
        ),
      );
    }
  });

  it('does nothing for no operations or no bytes', () => {
    const [code, planes] = [randomCode(3), lockstep.bytes(2 * SLOTS * 64)];
    lockstep.check((k) => k.evalGates(code, 0, planes, planes + SLOTS * 64, 64, 64, 0, 0));
    lockstep.check((k) => k.evalGates(code, 3, planes, planes + SLOTS * 64, 64, 0, 0, 0));
  });
});

describe('transpositions', () => {
  const WIDTHS = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64];

  it.each(WIDTHS)('words to %i planes', (planes) => {
    for (const blocks of [1, 2, 7, 8, 9, 17]) {
      lockstep.reset();
      const stride = 16 * Math.ceil(blocks / 2) + 16 * lockstep.random(3);
      const [src, dst] = [lockstep.bytes(512 * blocks), lockstep.bytes(planes * stride)];
      lockstep.check((k) => k.wordsToPlanes(src, dst, blocks, stride, planes));
    }
  });

  it.each(WIDTHS)('%i planes to words', (planes) => {
    for (const blocks of [1, 2, 7, 8, 9, 17]) {
      lockstep.reset();
      const stride = 16 * Math.ceil(blocks / 2) + 16 * lockstep.random(3);
      const [src, dst] = [lockstep.bytes(planes * stride), lockstep.bytes(512 * blocks)];
      lockstep.check((k) => k.planesToWords(src, dst, blocks, stride, planes));
    }
  });

  it('write nothing for no blocks and zero words for no planes', () => {
    const [words, planes] = [lockstep.bytes(1024), lockstep.bytes(1024)];
    lockstep.check((k) => k.wordsToPlanes(words, planes, 0, 16, 64));
    lockstep.check((k) => k.wordsToPlanes(words, planes, 2, 16, 0));
    lockstep.check((k) => k.planesToWords(planes, words, 0, 16, 64));
    lockstep.check((k) => k.planesToWords(planes, words, 2, 16, 0));
  });
});

describe('gather64', () => {
  it.each([0, 1, 2, 3, 4, 5, 63, 200])('%i rows', (n) => {
    const src = lockstep.bytes(8 * 50);
    const idx = lockstep.u32s(Array.from({ length: n }, () => lockstep.random(50)));
    const dst = lockstep.bytes(8 * n);
    expect(lockstep.check((k) => k.gather64(src, idx, dst, n))).toBeUndefined();
  });
});
