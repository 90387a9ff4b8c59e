import { add, inv, mul, P, sub } from '../field/p61.ts';
import { fillElements } from '../protocol/elements.ts';
import { drawElements } from '../sharing/prss.ts';
import { pointOf } from '../sharing/shamir.ts';
import { type CheckField, type Constant, putBytes, writeWords } from './check-field.ts';

/** F_p with p = 2^61 - 1: where products of Shamir shares are verified. */
export const PRIME_FIELD: CheckField = {
  size: P,
  tile: 4096,
  add,
  subtract: sub,
  multiply: mul,
  invert: inv,
  pointOf,

  draw(stream) {
    return drawElements(stream, 1)[0] ?? 0n;
  },

  fill: fillElements,

  isCanonical({ kernels }, x, n) {
    return kernels.fpCanonical(x, n) === 1;
  },

  addVectors({ kernels }, x, y, z, n) {
    kernels.fpAdd(x, y, z, n);
  },

  subtractVectors({ kernels }, x, y, z, n) {
    kernels.fpSub(x, y, z, n);
  },

  constant: (engine, c) => putBytes(engine, writeWords([c])) as Constant,

  addScaled({ kernels }, x, c, z, n) {
    kernels.fpAxpy(x, c, z, n);
  },

  addDot({ kernels }, x, y, n, out) {
    kernels.fpDot(x, y, n, out);
  },

  foldLines({ kernels }, x0, x1, r, n) {
    kernels.fpFoldLines(x0, x1, r, n);
  },

  addDotLines({ kernels }, [x0, x1], [y0, y1], n, out) {
    kernels.fpDotLines(x0, x1, y0, y1, n, out);
  },
};
