import { invariant } from '../../errors/tacit-error.ts';
import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { lessOrEqual } from './compare.ts';
import { type BitNumber, constantNumber, type NumberEncoding, rangeOf } from './numbers.ts';
import type { Shapes } from './shapes.ts';
import { thresholds } from './thresholds.ts';

/**
 * The public step function that is values[k] for breaks[k-1] <= x < breaks[k]; breaks ascend, one
 * fewer than values, all of which `to` holds. Every bit of the result is a sum of comparisons with
 * the breaks where it changes, so that only these cost ANDs (see `thresholds`).
 */
export function stepFunction(
  b: CircuitBuilder,
  x: BitNumber,
  breaks: readonly bigint[],
  values: readonly bigint[],
  to: NumberEncoding,
  shapes: Shapes,
): BitNumber {
  invariant(values.length === breaks.length + 1, 'one value more than breaks');
  const { min, max } = rangeOf({ width: x.bits.length, signed: x.signed });
  const lowest = breaks.filter((at) => at <= min).length;
  const changes: { at: bigint; flips: bigint }[] = [];
  for (let k = lowest; k < breaks.length && breaks[k]! <= max; k += 1) {
    const flips = BigInt.asUintN(to.width, values[k]! ^ values[k + 1]!);
    if (flips !== 0n) changes.push({ at: breaks[k]!, flips });
  }
  const reached = comparisons(
    b,
    x,
    changes.map(({ at }) => at),
    shapes,
  );
  const bits: Wire[] = [...constantNumber(b, values[lowest]!, to).bits];
  changes.forEach(({ flips }, k) => {
    for (let bit = 0; bit < to.width; bit += 1) {
      if ((flips >> BigInt(bit)) & 1n) bits[bit] = b.xor(bits[bit]!, reached[k]!);
    }
  });
  return { bits, signed: to.signed };
}

/** Whether x >= c for each of the constants, which x's encoding holds. */
function comparisons(
  b: CircuitBuilder,
  x: BitNumber,
  constants: readonly bigint[],
  shapes: Shapes,
): Wire[] {
  const width = x.bits.length;
  const encoding = { width, signed: x.signed };
  const [only] = constants;
  if (constants.length === 1 && only !== undefined) {
    return [lessOrEqual(b, constantNumber(b, only, encoding), x, shapes.compare(width))];
  }
  // Signed numbers are ordered like unsigned ones once their sign bits are flipped.
  const bits = x.bits.map((bit, i) => (x.signed && i === width - 1 ? b.not(bit) : bit));
  const offset = x.signed ? 1n << BigInt(width - 1) : 0n;
  const reached = thresholds(
    b,
    bits,
    constants.map((c) => c + offset),
  );
  return constants.map((c) => reached(c + offset));
}
