import type { Kernels } from '../../../src/field/kernels.ts';
import { mod, P } from '../../../src/field/p61.ts';
import type { Words } from './words.ts';

type FieldKernels = Pick<
  Kernels,
  | 'fpAdd'
  | 'fpSub'
  | 'fpMul'
  | 'fpScale'
  | 'fpAxpy'
  | 'fpLin2'
  | 'fpFill'
  | 'fpDot'
  | 'fpSum'
  | 'fpFoldLines'
  | 'fpDotLines'
  | 'fpSample'
  | 'fpCanonical'
  | 'fpSigns'
>;

/** Field arithmetic element by element. */
export function fieldTwin(w: Words): FieldKernels {
  const each = (z: number, n: number, f: (i: number) => bigint): void => {
    for (let i = 0; i < n; i++) w.set(z, i, mod(f(i)));
  };
  return {
    fpAdd: (x, y, z, n) => each(z, n, (i) => w.get(x, i) + w.get(y, i)),
    fpSub: (x, y, z, n) => each(z, n, (i) => w.get(x, i) - w.get(y, i)),
    fpMul: (x, y, z, n) => each(z, n, (i) => w.get(x, i) * w.get(y, i)),
    fpScale: (x, c, z, n) => each(z, n, (i) => w.get(c) * w.get(x, i)),
    fpAxpy: (x, c, z, n) => each(z, n, (i) => w.get(z, i) + w.get(c) * w.get(x, i)),
    fpLin2: (x, c0, y, c1, z, n) =>
      each(z, n, (i) => w.get(c0) * w.get(x, i) + w.get(c1) * w.get(y, i)),
    fpFill: (c, z, n) => each(z, n, () => w.get(c)),
    fpDot: (x, y, n, out) => {
      let sum = w.get(out);
      for (let i = 0; i < n; i++) sum += w.get(x, i) * w.get(y, i);
      w.set(out, 0, mod(sum));
    },
    fpFoldLines: (x0, x1, r, n) =>
      each(x0, n, (i) => w.get(x0, i) + w.get(r) * (w.get(x1, i) - w.get(x0, i))),
    fpDotLines: (x0, x1, y0, y1, n, out) => {
      let [values, slopes] = [w.get(out, 0), w.get(out, 1)];
      for (let i = 0; i < n; i++) {
        values += w.get(x0, i) * w.get(y0, i);
        slopes += (w.get(x1, i) - w.get(x0, i)) * (w.get(y1, i) - w.get(y0, i));
      }
      w.set(out, 0, mod(values));
      w.set(out, 1, mod(slopes));
    },
    fpSum: (x, n, out) => {
      let sum = w.get(out);
      for (let i = 0; i < n; i++) sum += w.get(x, i);
      w.set(out, 0, mod(sum));
    },
    fpSample: (x, n) => {
      let found = 0;
      for (let i = 0; i < n; i++) {
        const value = w.get(x, i) & P;
        w.set(x, i, value);
        if (value === P) found = 1;
      }
      return found;
    },
    fpSigns: (bits, k, z, n) => each(z, n, (i) => (w.bit(bits, i) ? -w.get(k) : w.get(k))),
    fpCanonical: (x, n) => {
      for (let i = 0; i < n; i++) if (w.get(x, i) >= P) return 0;
      return 1;
    },
  };
}
