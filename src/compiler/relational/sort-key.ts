import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import type { SortKey } from '../../planner/logical/plan.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from '../expressions/column-source.ts';
import type { Quotient } from '../expressions/division.ts';
import type { Expressions } from '../expressions/expressions.ts';
import { leadingBits } from '../leading-bits.ts';
import { Quotients } from '../output-planes.ts';

/**
 * The sort keys of a row as one unsigned number, LSB first, that is less in rows that come earlier and equal in rows that are equal
 * in all keys: each key in offset binary, inverted if it descends, below a bit that puts NULLs first or last; the value bits of NULL are 0. Bits that
 * are publicly the same in all rows are left out. At most 1 AND per bit of a nullable key. Keys may be ratios.
 */
export function sortWord(
  b: CircuitBuilder,
  expressions: Expressions,
  keys: readonly SortKey[],
  quotients = new Quotients(expressions),
): Wire[] {
  const words = keys.map((key) => keyBits(b, expressions, quotients, key));
  const bits = words.reverse().flat();
  return bits.filter((bit) => bit !== b.zero && bit !== b.one);
}

/** As {@link sortWord}, for keys of which only equality matters; NULL equals NULL. */
export function groupWord(
  b: CircuitBuilder,
  expressions: Expressions,
  keys: readonly Scalar[],
): Wire[] {
  const ascending = keys.map((scalar) => ({ scalar, descending: false, nullsFirst: false }));
  return sortWord(b, expressions, ascending);
}

function keyBits(
  b: CircuitBuilder,
  expressions: Expressions,
  quotients: Quotients,
  { scalar, descending, nullsFirst }: SortKey,
): Wire[] {
  const { bits, isNull } =
    scalar.kind === 'ratio'
      ? quotientBits(b, quotients.of(scalar).quotient)
      : numberBits(b, expressions.number(scalar), encodingOf(scalar).width);
  const present = b.not(isNull);
  const value = bits.map((bit) => b.and(present, descending ? b.not(bit) : bit));
  return [...value, nullsFirst ? present : isNull];
}

function numberBits(b: CircuitBuilder, { number, isNull }: NullableNumber, width: number) {
  const bits = extend(b, number, width);
  const top = bits.at(-1);
  if (number.signed && top !== undefined) bits[bits.length - 1] = b.not(top);
  return { bits, isNull };
}

/** Sign and magnitude in ascending order: one's complement of what is negative, then the sign. */
function quotientBits(b: CircuitBuilder, quotient: Quotient) {
  const { negative, isNull } = quotient;
  const bits = leadingBits(b, quotient).map((bit) => b.xor(bit, negative));
  return { bits: [...bits, b.not(negative)], isNull };
}
