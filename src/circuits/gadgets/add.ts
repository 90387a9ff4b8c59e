import type { CircuitBuilder } from '../builder.ts';
import { type AdderShape, addBits, subtractBits } from './carry.ts';
import { type BitNumber, extend, jointEncoding, type NumberEncoding, recode } from './numbers.ts';

/**
 * x + y in the encoding `to`, which the caller guarantees to hold it. For operands of w bits at
 * most w ANDs and depth w (ripple), or depth 1 + ceil(log2 w) (prefix); a wider `to` costs nothing
 * more.
 */
export function add(
  b: CircuitBuilder,
  x: BitNumber,
  y: BitNumber,
  to: NumberEncoding,
  shape: AdderShape,
): BitNumber {
  const joint = jointEncoding(x, y);
  const width = Math.min(to.width, joint.width + 1);
  const bits = addBits(b, extend(b, x, width), extend(b, y, width), shape);
  return recode(b, { bits, signed: joint.signed }, to);
}

/** x - y in the encoding `to`, which the caller guarantees to hold it. Costs as `add`. */
export function subtract(
  b: CircuitBuilder,
  x: BitNumber,
  y: BitNumber,
  to: NumberEncoding,
  shape: AdderShape,
): BitNumber {
  const width = Math.min(to.width, jointEncoding(x, y).width + 1);
  const bits = subtractBits(b, extend(b, x, width), extend(b, y, width), shape);
  return recode(b, { bits, signed: true }, to);
}

/**
 * -x in the encoding `to`, which the caller guarantees to hold it. For w bits at most w - 1 ANDs.
 */
export function negate(
  b: CircuitBuilder,
  x: BitNumber,
  to: NumberEncoding,
  shape: AdderShape,
): BitNumber {
  return subtract(b, { bits: [], signed: false }, x, to, shape);
}
