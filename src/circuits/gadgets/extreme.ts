import { CircuitBuilder } from '../builder.ts';
import type { Circuit, Wire } from '../circuit.ts';
import { type CompareShape, lessThan } from './compare.ts';
import { type BitNumber, inputNumber } from './numbers.ts';
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

/**
 * Combines two words of width + 1 bits (a number, LSB first, then whether it is valid) into the
 * greater or lesser valid one. Associative and commutative; the word of all zeros changes nothing
 * but the bits of numbers that are not valid.
 */
export function combineExtreme(
  fn: 'greatest' | 'least',
  width: number,
  signed: boolean,
  shape: CompareShape = { block: 8 },
): Circuit {
  const b = new CircuitBuilder();
  const word = (): Optional => ({ number: inputNumber(b, { width, signed }), isValid: b.input() });
  const { number, isValid } = betterOf(b, fn, word(), word(), shape);
  return b.build([...number.bits, isValid]);
}

/** Combines two words of width bits by OR. width ANDs, depth 1; the word of zeros changes nothing. */
export function combineOr(width: number): Circuit {
  const b = new CircuitBuilder();
  const word = () => Array.from({ length: width }, () => b.input());
  const [x, y] = [word(), word()];
  return b.build(x.map((bit, i) => b.or(bit, y[i]!)));
}
