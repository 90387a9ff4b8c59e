import { add, inv, mul, P, sub } from '../field/p61.ts';
import { fillElements } from '../protocol/elements.ts';
import { drawElements } from '../sharing/prss.ts';
import { pointOf } from '../sharing/shamir.ts';
import { type CheckField, putBytes, scratch, writeWords } from './check-field.ts';

/** F_p with p = 2^61 - 1: where products of Shamir shares are verified. */
export const PRIME_FIELD: CheckField = {
  size: P,
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

  addScaled(engine, x, c, z, n) {
    scratch(engine, () => {
      engine.kernels.fpAxpy(x, putBytes(engine, writeWords([c])), z, n);
    });
  },

  addDot({ kernels }, x, y, n, out) {
    kernels.fpDot(x, y, n, out);
  },
};
