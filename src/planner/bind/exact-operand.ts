import { TacitError } from '../../errors/tacit-error.ts';
import { requireFitsWidest } from '../logical/arithmetic-types.ts';
import { foldNode } from '../logical/fold.ts';
import { fixed } from '../logical/make-ratio.ts';
import { larger, magnitude } from '../logical/quotient.ts';
import { HUGEINT, negate, number, type Scalar } from '../logical/scalar.ts';
import type { Node } from './binder.ts';
import { integerOf, type Ratio, unscaled } from './doubles.ts';

/** Bits behind the point of a quotient that is summed: ten digits of the smallest one that is not 0. */
const FRACTION_BITS = 34;

/** An integer, and how many of it are 1. */
export interface ExactOperand {
  readonly value: Scalar;
  readonly unit: Scalar;
}

/** The aggregate that an operand is of, as far as errors name it. */
export type OperandOf = Pick<Node<'aggregate'>, 'fn' | 'distinct' | 'at'>;

/** A number as an integer and how many of it are 1. A quotient of two columns is cut off after some bits. */
export function exactOperand(operand: Scalar, call: OperandOf): ExactOperand {
  const { at, fn } = call;
  if (operand.kind !== 'ratio') {
    const scale = operand.type.kind === 'decimal' ? operand.type.scale : 0;
    return { value: unscaled(operand), unit: number(10n ** BigInt(scale), HUGEINT, at) };
  }
  if (operand.after.length > 0) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      `${fn} of a DOUBLE that was rounded or scaled is not supported`,
      at,
    );
  }
  const { numerator, denominator } = operand;
  const divisor = integerOf(denominator);
  if (divisor === undefined) return truncated(operand, call);
  if (divisor > 0n) return { value: numerator, unit: denominator };
  return {
    value: foldNode(negate(numerator, HUGEINT, at)),
    unit: number(-divisor, HUGEINT, at),
  };
}

function truncated(operand: Ratio, { at, distinct, fn }: OperandOf): ExactOperand {
  if (distinct) {
    const message = `${fn}(DISTINCT …) of a DOUBLE is not supported`;
    throw new TacitError('SQL_UNSUPPORTED', message, at);
  }
  const { min, max } = operand.denominator.bounds;
  const bits = larger(magnitude(min), magnitude(max)).toString(2).length + FRACTION_BITS;
  const value = fixed(operand, bits, at);
  requireFitsWidest(value.bounds, HUGEINT, at);
  return { value, unit: number(1n << BigInt(bits), HUGEINT, at) };
}

/** The same number, known not to be negative. */
export function notNegative(scalar: Scalar): Scalar {
  if (scalar.kind === 'constant' || scalar.bounds.min >= 0n) return scalar;
  return { ...scalar, bounds: { min: 0n, max: scalar.bounds.max } };
}
