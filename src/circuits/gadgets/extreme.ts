import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { type CompareShape, lessThan } from './compare.ts';
import type { BitNumber } from './numbers.ts';
import { select } from './select.ts';

/** A number that may be missing; where it is, its bits are arbitrary. */
export interface Optional {
  readonly number: BitNumber;
  readonly isValid: Wire;
}

/**
 * The greater or the lesser of two numbers of one encoding, of which missing ones are passed over.
 * A comparison, 1 AND per bit and up to 3 for what is missing; depth 3 more than the comparison.
 */
export function betterOf(
  b: CircuitBuilder,
  fn: 'greatest' | 'least',
  x: Optional,
  y: Optional,
  shape: CompareShape,
): Optional {
  const [low, high] = fn === 'greatest' ? [x, y] : [y, x];
  const isBetter = lessThan(b, low.number, high.number, shape);
  const takesOther = b.and(y.isValid, b.or(b.not(x.isValid), isBetter));
  const encoding = { width: x.number.bits.length, signed: x.number.signed };
  return {
    number: select(b, takesOther, y.number, x.number, encoding),
    isValid: b.or(x.isValid, y.isValid),
  };
}
