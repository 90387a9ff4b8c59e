import { encodingFor } from '../../catalog/types.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { conjunction } from '../../circuits/gadgets/conjunction.ts';
import { extend, type NumberEncoding } from '../../circuits/gadgets/numbers.ts';
import { larger, smaller } from '../../planner/logical/quotient.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';
import type { JoinNode } from '../../planner/physical/plan.ts';
import { encodingOf } from '../encoding-of.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { padded } from '../expressions/translator.ts';

/** One key of a join in an encoding for both sides: it holds the values that can be on both; others are equal to nothing. */
export interface JoinKey {
  readonly left: Scalar;
  readonly right: Scalar;
  readonly encoding: NumberEncoding;
  /** Of text. */
  readonly bytes: number | undefined;
  /** Where its bits begin among those of all keys. */
  readonly start: number;
}

export function joinKeys(keys: JoinNode['keys']): JoinKey[] {
  let start = 0;
  return keys.map(({ left, right }) => {
    const isText = left.bytes !== undefined || right.bytes !== undefined;
    const bytes = isText ? Math.max(left.bytes ?? 0, right.bytes ?? 0) : undefined;
    const encoding =
      bytes === undefined ? commonEncoding(left, right) : { width: 8 * bytes, signed: false };
    start += encoding.width;
    return { left, right, encoding, bytes, start: start - encoding.width };
  });
}

/** Of the values that are within the bounds of both. */
function commonEncoding({ bounds: x }: Scalar, { bounds: y }: Scalar): NumberEncoding {
  const [min, max] = [larger(x.min, y.min), smaller(x.max, y.max)];
  return encodingFor(min > max ? { min: 0n, max: 0n } : { min, max });
}

/** The bits of all keys of a row of one side, and whether it can be equal to a row of the other: no key is NULL, all fit. */
export function keyWord(
  expressions: Expressions,
  keys: readonly JoinKey[],
  side: 'left' | 'right',
): { readonly bits: readonly Wire[]; readonly fits: Wire; readonly isNull: Wire } {
  const { b } = expressions;
  const each = keys.map(({ [side]: scalar, encoding: { width, signed }, bytes }) => {
    const { isNull } = expressions.number(scalar);
    const number = padded(expressions, scalar, bytes);
    const bits = extend(b, number, width);
    const sign = signed ? (bits.at(-1) ?? b.zero) : b.zero;
    // Beyond the common width all bits must be like the sign; a negative number is in no unsigned encoding.
    const all = extend(b, number, Math.max(width, encodingOf(scalar).width) + 1).slice(width);
    const beyond = [...new Set(all)].map((bit) => b.not(b.xor(bit, sign)));
    return { bits, isNull, fits: conjunction(b, beyond) };
  });
  const nulls = each.map(({ isNull }) => b.not(isNull));
  return {
    bits: each.flatMap(({ bits }) => bits),
    fits: conjunction(b, [...nulls, ...each.map(({ fits }) => fits)]),
    isNull: b.not(conjunction(b, nulls)),
  };
}
