import type { Wire } from '../../circuits/circuit.ts';
import { add, negate, subtract } from '../../circuits/gadgets/add.ts';
import { negateIf } from '../../circuits/gadgets/increment.ts';
import { multiply, scaleByConstant } from '../../circuits/gadgets/multiply.ts';
import type { BitNumber } from '../../circuits/gadgets/numbers.ts';
import { recode } from '../../circuits/gadgets/numbers.ts';
import type { ScalarOf } from '../../planner/logical/scalar.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from './column-source.ts';
import type { Translator } from './translator.ts';

export function negation(t: Translator, scalar: ScalarOf<'negate'>): NullableNumber {
  const { number, isNull } = t.number(scalar.operand);
  const to = encodingOf(scalar);
  return { number: negate(t.b, number, to, t.shapes.adder(to.width)), isNull };
}

export function scaling(t: Translator, scalar: ScalarOf<'scaled'>): NullableNumber {
  const { number, isNull } = t.number(scalar.operand);
  const to = encodingOf(scalar);
  const shape = t.shapes.adder(to.width);
  return { number: scaleByConstant(t.b, number, scalar.factor, to, shape), isNull };
}

export function arithmetic(t: Translator, scalar: ScalarOf<'arithmetic'>): NullableNumber {
  const [x, y] = [t.number(scalar.left), t.number(scalar.right)];
  const to = encodingOf(scalar);
  const isNull = t.b.or(x.isNull, y.isNull);
  if (scalar.op === '*') {
    const shape = t.shapes.multiplier(x.number.bits.length, y.number.bits.length);
    return { number: multiply(t.b, x.number, y.number, to, shape), isNull };
  }
  const compute = { '+': add, '-': subtract }[scalar.op];
  return { number: compute(t.b, x.number, y.number, to, t.shapes.adder(to.width)), isNull };
}

export function absolute(t: Translator, scalar: ScalarOf<'absolute'>): NullableNumber {
  const { number, isNull } = t.number(scalar.operand);
  const bits = magnitude(t, number);
  return { number: recode(t.b, { bits, signed: false }, encodingOf(scalar)), isNull };
}

/** |x| as plain binary of as many bits as x. */
export function magnitude(t: Translator, x: BitNumber): readonly Wire[] {
  if (!x.signed) return x.bits;
  return negateIf(t.b, x.bits, signOf(t, x), t.shapes.adder(x.bits.length));
}

/** Whether x is negative. */
export function signOf({ b }: Translator, x: BitNumber): Wire {
  return x.signed ? (x.bits.at(-1) ?? b.zero) : b.zero;
}

/** -x if `negative`, else x, for plain binary x. */
export function withSign(t: Translator, x: readonly Wire[], negative: Wire): BitNumber {
  if (negative === t.b.zero) return { bits: x, signed: false };
  const wide = [...x, t.b.zero];
  return { bits: negateIf(t.b, wide, negative, t.shapes.adder(wide.length)), signed: true };
}
