import { betterOf, type Optional } from '../../circuits/gadgets/extreme.ts';
import { constantNumber, jointEncoding, recode } from '../../circuits/gadgets/numbers.ts';
import { caseWhen } from '../../circuits/gadgets/select.ts';
import { isNullConstant, type Scalar, type ScalarOf } from '../../planner/logical/scalar.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from './column-source.ts';
import { padded, type Translator } from './translator.ts';

/** CASE; a branch that is NULL costs only the choice of its null bit. */
export function choice(t: Translator, scalar: ScalarOf<'choose'>): NullableNumber {
  const { b } = t;
  const conditions = scalar.branches.map(({ when }) => t.truth(when).isTrue);
  const results = [...scalar.branches.map(({ then }) => then), scalar.otherwise];
  const pick = (
    of: (result: Scalar) => Parameters<typeof caseWhen>[2],
    width: number,
    signed: boolean,
  ) => {
    const branches = conditions.map((condition, k) => ({ condition, value: of(results[k]!) }));
    return caseWhen(b, branches, of(scalar.otherwise), { width, signed });
  };
  const to = encodingOf(scalar);
  const number = pick(
    (result) => (isNullConstant(result) ? undefined : padded(t, result, scalar.bytes)),
    to.width,
    to.signed,
  );
  const missing = pick((result) => ({ bits: [t.isNull(result)], signed: false }), 1, false);
  return { number, isNull: missing.bits[0] ?? b.zero };
}

/** GREATEST and LEAST, by halves: NULLs are passed over. */
export function extreme(t: Translator, scalar: ScalarOf<'extreme'>): NullableNumber {
  const { b } = t;
  const numbers = scalar.operands.map((operand) => padded(t, operand, scalar.bytes));
  // The result may be known to lie in a narrower range than its operands.
  const joint = numbers.reduce((to, number) => jointEncoding(constantNumber(b, 0n, to), number), {
    width: 1,
    signed: false,
  });
  const shape = t.shapes.compare(joint.width);
  let values = scalar.operands.map((operand, k): Optional => {
    return { number: recode(b, numbers[k]!, joint), isValid: b.not(t.isNull(operand)) };
  });
  while (values.length > 1) {
    const next: Optional[] = [];
    for (let i = 0; i < values.length; i += 2) {
      const [x, y] = [values[i]!, values[i + 1]];
      next.push(y === undefined ? x : betterOf(b, scalar.fn, x, y, shape));
    }
    values = next;
  }
  const [best] = values;
  if (best === undefined) throw new RangeError('GREATEST of nothing');
  return { number: recode(b, best.number, encodingOf(scalar)), isNull: b.not(best.isValid) };
}
