import { stepFunction } from '../../circuits/gadgets/step-function.ts';
import type { ScalarOf } from '../../planner/logical/scalar.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from './column-source.ts';
import type { Translator } from './translator.ts';

export function steps(t: Translator, scalar: ScalarOf<'steps'>): NullableNumber {
  const { number, isNull } = t.number(scalar.operand);
  const to = encodingOf(scalar);
  const { breaks, values } = scalar;
  return { number: stepFunction(t.b, number, breaks, values, to, t.shapes), isNull };
}
