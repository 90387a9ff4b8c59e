import type { Bounds, SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import { hull, larger, smaller } from './quotient.ts';
import { isNullConstant, nullOf, type Scalar, textFacts, truth } from './scalar.ts';

export interface Branch {
  readonly when: Scalar;
  readonly then: Scalar;
}

/** CASE; all values but NULL constants have the type, one unit and one dictionary. */
export function choose(
  branches: readonly Branch[],
  otherwise: Scalar,
  type: SqlType,
  at: Position,
): Scalar {
  if (branches.length === 0) return otherwise;
  const values = [...branches.map(({ then }) => then), otherwise];
  const present = values.filter((value) => !isNullConstant(value));
  const [first] = present;
  if (first === undefined) return nullOf(type, at);
  const bounds = hull(present.map((value) => value.bounds));
  const nullable = values.some((value) => value.nullable);
  return { kind: 'choose', branches, otherwise, type, bounds, nullable, at, ...textFacts(first) };
}

/** The value where the condition is TRUE, NULL elsewhere. */
export function valueWhere(condition: Scalar, value: Scalar, at: Position): Scalar {
  return choose([{ when: condition, then: value }], nullOf(value.type, at), value.type, at);
}

/** A truth value where the condition is TRUE, NULL elsewhere. */
export function truthWhere(condition: Scalar, value: boolean | Scalar, at: Position): Scalar {
  return valueWhere(condition, typeof value === 'boolean' ? truth(value, at) : value, at);
}

/** GREATEST or LEAST of values in one unit. */
export function extreme(
  fn: 'greatest' | 'least',
  operands: readonly Scalar[],
  type: SqlType,
  at: Position,
): Scalar {
  const present = operands.filter((operand) => !isNullConstant(operand));
  const [first, second] = present;
  if (first === undefined) return nullOf(type, at);
  if (second === undefined) return { ...first, type };
  const nullable = present.every((operand) => operand.nullable);
  const bounds = extremeRange(fn, present);
  return {
    kind: 'extreme',
    fn,
    operands: present,
    type,
    bounds,
    nullable,
    at,
    ...textFacts(first),
  };
}

/** NULLs are passed over, so only operands that are never NULL bound the result from below (or above). */
function extremeRange(fn: 'greatest' | 'least', operands: readonly Scalar[]): Bounds {
  const all = hull(operands.map(({ bounds }) => bounds));
  const always = operands.filter(({ nullable }) => !nullable).map(({ bounds }) => bounds);
  if (always.length === 0) return all;
  if (fn === 'greatest') return { min: always.map((b) => b.min).reduce(larger), max: all.max };
  return { min: all.min, max: always.map((b) => b.max).reduce(smaller) };
}
