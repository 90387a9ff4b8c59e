import type { Kernels } from '../../../src/field/kernels.ts';
import { inv, mod } from '../../../src/field/p61.ts';
import type { Words } from './words.ts';

type ReshareKernels = Pick<Kernels, 'fpReshare' | 'injectDeal' | 'injectProduct' | 'injectFinish'>;

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
