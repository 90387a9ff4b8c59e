import type { Kernels } from '../../../src/field/kernels.ts';
import { inv, lagrange, mod } from '../../../src/field/p61.ts';
import type { Words } from './words.ts';

type ReshareKernels = Pick<
  Kernels,
  'fpMulReshare' | 'fpReshare' | 'injectDeal' | 'injectProduct' | 'injectFinish'
>;

/** The resharing steps, straight from their definitions. */
export function reshareTwin(w: Words): ReshareKernels {
  const deal = (d: bigint, g: bigint, own: number, send: number, c: number, i: number): void => {
    w.set(own, i, mod(w.get(c, 0) * d + w.get(c, 1) * g));
    w.set(send, i, mod(w.get(c, 2) * d + w.get(c, 3) * g));
  };
  return {
    fpReshare: (d, g, own, send, c, n) => {
      for (let i = 0; i < n; i++) deal(w.get(d, i), w.get(g, i), own, send, c, i);
    },
    fpMulReshare: (a, b, g, own, send, party, n) => {
      const [next, third] = [((party + 1) % 3) + 1, ((party + 2) % 3) + 1].map(BigInt);
      const weight = lagrange([1n, 2n, 3n], 0n)[party] ?? 0n;
      const at = (x: bigint, d: bigint, u: bigint) => {
        const [l0 = 0n, l1 = 0n] = lagrange([0n, next ?? 0n], x);
        return mod(l0 * weight * d + l1 * u);
      };
      for (let i = 0; i < n; i++) {
        const [d, u] = [w.get(a, i) * w.get(b, i), w.get(g, i)];
        w.set(own, i, at(BigInt(party + 1), d, u));
        w.set(send, i, at(third ?? 0n, d, u));
      }
    },
    injectDeal: (bl, br, g, own, send, c, n) => {
      for (let i = 0; i < n; i++) {
        const sign = w.bit(bl, i) ^ w.bit(br, i) ? -1n : 1n;
        deal(sign, w.get(g, i), own, send, c, i);
      }
    },
    injectProduct: (u, bits, g, own, send, c, n) => {
      for (let i = 0; i < n; i++) {
        const factor = w.bit(bits, i) ? -w.get(c, 4) : w.get(c, 4);
        deal(w.get(u, i) * factor, w.get(g, i), own, send, c, i);
      }
    },
    injectFinish: (x, n) => {
      const half = inv(2n);
      for (let i = 0; i < n; i++) w.set(x, i, mod((1n - w.get(x, i)) * half));
    },
  };
}
