import type { Kernels } from '../../../src/field/kernels.ts';
import type { Words } from './words.ts';

type PlaneKernels = Pick<
  Kernels,
  | 'xor'
  | 'not'
  | 'andReplicated'
  | 'evalGates'
  | 'evalGatesRecorded'
  | 'wordsToPlanes'
  | 'planesToWords'
  | 'gather64'
>;

/** Bit-plane kernels byte by byte; gate programs operation by operation, without tiles. */
export function planesTwin(w: Words): PlaneKernels {
  const m = w.bytes;
  const each = (z: number, bytes: number, f: (i: number) => number): void => {
    for (let i = 0; i < bytes; i++) m[z + i] = f(i);
  };
  const and = (xl: number, xr: number, yl: number, yr: number) => (i: number) =>
    (m[xl + i]! & (m[yl + i]! ^ m[yr + i]!)) ^ (m[xr + i]! & m[yl + i]!);
  const run = (
    code: number,
    count: number,
    left: number,
    right: number,
    stride: number,
    bytes: number,
    notLeft: number,
    notRight: number,
    onAnd: (operands: readonly number[]) => void,
  ): void => {
    for (let k = 0; k < count; k++) {
      const [op, dst, a, b] = [0, 1, 2, 3].map((i) => w.u32(code, 4 * k + i)) as Operation;
      const l = (slot: number) => left + slot * stride;
      const r = (slot: number) => right + slot * stride;
      if (op === 2) {
        onAnd([l(a), r(a), l(b), r(b)]);
        each(l(dst), bytes, and(l(a), r(a), l(b), r(b)));
        continue;
      }
      each(l(dst), bytes, (i) => component(op, m[l(a) + i]!, m[l(b) + i]!, notLeft));
      each(r(dst), bytes, (i) => component(op, m[r(a) + i]!, m[r(b) + i]!, notRight));
    }
  };
  return {
    xor: (x, y, z, bytes) => each(z, bytes, (i) => m[x + i]! ^ m[y + i]!),
    not: (x, z, bytes) => each(z, bytes, (i) => ~m[x + i]!),
    andReplicated: (xl, xr, yl, yr, z, bytes) => each(z, bytes, and(xl, xr, yl, yr)),
    evalGates: (code, count, left, right, stride, bytes, notLeft, notRight) =>
      run(code, count, left, right, stride, bytes, notLeft, notRight, () => {}),
    evalGatesRecorded: (
      code,
      count,
      left,
      right,
      stride,
      bytes,
      notLeft,
      notRight,
      record,
      recordStride,
      recordBytes,
    ) => {
      let gate = 0;
      run(code, count, left, right, stride, bytes, notLeft, notRight, (operands) => {
        operands.forEach((operand, c) => {
          const to = record + c * recordStride + gate * recordBytes;
          m.copyWithin(to, operand, operand + recordBytes);
        });
        gate++;
      });
    },
    wordsToPlanes: (src, dst, blocks, stride, planes) => {
      for (let row = 0; row < 64 * blocks; row++) {
        for (let p = 0; p < planes; p++) {
          w.setBit(dst + p * stride, row, Number((w.get(src, row) >> BigInt(p)) & 1n));
        }
      }
    },
    planesToWords: (src, dst, blocks, stride, planes) => {
      for (let row = 0; row < 64 * blocks; row++) {
        let word = 0n;
        for (let p = 0; p < planes; p++) word |= BigInt(w.bit(src + p * stride, row)) << BigInt(p);
        w.set(dst, row, word);
      }
    },
    gather64: (src, idx, dst, n) => {
      for (let i = 0; i < n; i++) w.set(dst, i, w.get(src, w.u32(idx, i)));
    },
  };
}

type Operation = [op: number, dst: number, a: number, b: number];

function component(op: number, a: number, b: number, mask: number): number {
  if (op === 0) return a ^ b;
  if (op === 1) return a ^ mask;
  return op === 3 ? a : 0;
}
