import { gfMul, gfPow } from '../../../src/field/gf64.ts';
import type { Kernels } from '../../../src/field/kernels.ts';
import type { Words } from './words.ts';

type GfKernels = Pick<
  Kernels,
  'gfTables' | 'gfAxpy' | 'gfDot' | 'gfHorner' | 'gfCorners' | 'gfFoldBits' | 'gfWeigh'
>;

/**
 * GF(2^64) straight from the definitions. Only the layout of the tables is the kernels' own: the entry of byte v in
 * table q is v * X^(8q) * c, so that the constant itself is entry 1 of table 0.
 */
export function gf64Twin(w: Words): GfKernels {
  const constant = (tables: number): bigint => w.get(tables, 1);
  return {
    gfTables: (c, tables) => {
      for (let q = 0; q < 8; q++) {
        for (let v = 0; v < 256; v++) {
          w.set(tables, 256 * q + v, gfMul(BigInt(v) << BigInt(8 * q), w.get(c)));
        }
      }
    },
    gfAxpy: (x, tables, z, n) => {
      for (let i = 0; i < n; i++) w.set(z, i, w.get(z, i) ^ gfMul(constant(tables), w.get(x, i)));
    },
    gfDot: (x, y, n, out) => {
      for (let i = 0; i < n; i++) w.set(out, 0, w.get(out) ^ gfMul(w.get(x, i), w.get(y, i)));
    },
    gfHorner: (x, groups, width, tables, acc) => {
      for (let j = 0; j < width; j++) {
        let sum = 0n;
        for (let g = 0; g < groups; g++) {
          sum ^= gfMul(gfPow(constant(tables), BigInt(g)), w.get(x, g * width + j));
        }
        w.set(acc, j, sum);
      }
    },
    gfCorners: (xl, xr, yl, yr, groups, k, tables, acc) => {
      for (let t = 0; t < 3 ** k; t++) {
        let sum = 0n;
        for (let g = 0; g < groups; g++) {
          const [a, b, c, d] = [xl, xr, yl, yr].map((at) => corner(w, at + 8 * g * 2 ** k, k, t));
          const term = (a! & (c! ^ d!)) ^ (b! & c!);
          sum ^= gfMul(gfPow(constant(tables), BigInt(g)), term);
        }
        w.set(acc, t, sum);
      }
    },
    gfFoldBits: (x, groups, k, weights, side, tables, out) => {
      for (let i = 0; i < 64 * groups; i++) {
        const group = Math.floor(i / 64);
        let sum = 0n;
        for (let j = 0; j < 2 ** k; j++) {
          if ((w.get(x, group * 2 ** k + j) >> BigInt(i % 64)) & 1n) sum ^= w.get(weights, j);
        }
        const factor = gfPow(constant(tables), BigInt(group - (group % side)));
        w.set(out, i, w.get(out, i) ^ gfMul(factor, sum));
      }
    },
    gfWeigh: (x, groups, side, tables, z) => {
      for (let i = 0; i < 64 * groups; i++) {
        const power = gfPow(constant(tables), BigInt(Math.floor(i / 64) % side));
        w.set(z, i, gfMul(gfMul(power, 1n << BigInt(i % 64)), w.get(x, i)));
      }
    },
  };
}

/** Corner t of 2^k words: the XOR of all words whose number agrees with t in every base-3 digit but the twos. */
function corner(w: Words, at: number, k: number, t: number): bigint {
  let sum = 0n;
  for (let j = 0; j < 2 ** k; j++) {
    let agrees = true;
    for (let b = 0; b < k; b++) {
      const digit = Math.floor(t / 3 ** b) % 3;
      if (digit !== 2 && digit !== ((j >> b) & 1)) agrees = false;
    }
    if (agrees) sum ^= w.get(at, j);
  }
  return sum;
}
