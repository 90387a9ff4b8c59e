import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import type { Truth } from '../../circuits/gadgets/logic3.ts';
import type { BitNumber } from '../../circuits/gadgets/numbers.ts';
import type { Shapes } from '../../circuits/gadgets/shapes.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';
import type { NullableNumber } from './column-source.ts';

/** What the translation of one kind of expression needs: the builder, and its operands translated. */
export interface Translator {
  readonly b: CircuitBuilder;
  readonly shapes: Shapes;
  truth(scalar: Scalar): Truth;
  isNull(scalar: Scalar): Wire;
  number(scalar: Scalar): NullableNumber;
}

/**
 * Text of `operand` with zeros behind it up to that many bytes: big-endian, so that the number grows
 * at its low end. What is not text stays as it is.
 */
export function padded(t: Translator, operand: Scalar, bytes: number | undefined): BitNumber {
  const { number } = t.number(operand);
  if (bytes === undefined || operand.bytes === undefined) return number;
  const missing = Math.max(0, 8 * bytes - number.bits.length);
  const zeros = Array.from({ length: missing }, () => t.b.zero);
  return { bits: [...zeros, ...number.bits], signed: false };
}
