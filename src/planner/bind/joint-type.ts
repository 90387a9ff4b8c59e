import { DAY_MICROSECONDS } from '../../catalog/calendar.ts';
import { printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { combineNumbers, rangeOf } from '../logical/arithmetic-types.ts';
import { foldNode } from '../logical/fold.ts';
import { divide } from '../logical/make-division.ts';
import {
  HUGEINT,
  INTEGER,
  isNullConstant,
  isNumeric,
  nullOf,
  number,
  retype,
  type Scalar,
  scaled,
  scaleOf,
  VARCHAR,
} from '../logical/scalar.ts';
import type { Operand } from './binder.ts';
import { asDouble } from './doubles.ts';
import { castText } from './literals.ts';
import { textOf, unifyText } from './text-encoding.ts';

/** The operands in the one type that DuckDB gives to CASE, COALESCE, GREATEST and their like. */
export function unify(
  operands: readonly Operand[],
  what: string,
  at: Position,
): { readonly type: SqlType; readonly scalars: readonly Scalar[] } {
  const type = commonType(operands, what, at);
  const scalars = operands.map(({ scalar }) => convert(scalar, type, scalar.at));
  return { type, scalars: type.kind === 'varchar' ? unifyText(scalars, at) : scalars };
}

/** The type of what was joined so far; a lone integer literal may still take another. */
interface Joint {
  readonly type: SqlType;
  readonly literal: Scalar | undefined;
}

/** DuckDB joins types from left to right, and two integer literals, or one and NULL, are an INTEGER for good. */
function commonType(operands: readonly Operand[], what: string, at: Position): SqlType {
  let joint: Joint | undefined;
  let sawNull = false;
  for (const { scalar, literal } of operands) {
    if (textOf(scalar) !== undefined) continue;
    if (isUntypedNull(scalar)) {
      sawNull = true;
      joint = joint && { type: joint.type, literal: undefined };
      continue;
    }
    const isFirm = !literal || (joint === undefined && sawNull);
    const next: Joint = { type: scalar.type, literal: isFirm ? undefined : scalar };
    joint = joint === undefined ? next : join(joint, next, what, at);
  }
  if (joint !== undefined) return joint.type;
  const texts = operands.some(({ scalar }) => textOf(scalar) !== undefined);
  return texts ? VARCHAR : INTEGER;
}

function join(a: Joint, b: Joint, what: string, at: Position): Joint {
  const left = a.literal && !b.literal ? literalType(a.literal, b.type) : a.type;
  const right = b.literal && !a.literal ? literalType(b.literal, a.type) : b.type;
  return { type: combine(left, right, what, at), literal: undefined };
}

/** A NULL as it is written: it takes any type. What is NULL by computation keeps its own. */
function isUntypedNull(scalar: Scalar): boolean {
  return isNullConstant(scalar) && scalar.type.kind === 'integer';
}

/** An integer literal takes the type of the integers beside it if it fits. */
export function literalType(literal: Scalar, beside: SqlType | undefined): SqlType {
  if (beside?.kind !== 'integer') return literal.type;
  const { min, max } = rangeOf(beside);
  return literal.bounds.min >= min && literal.bounds.max <= max ? beside : literal.type;
}

function combine(a: SqlType, b: SqlType, what: string, at: Position): SqlType {
  if (a.kind === b.kind && a.kind !== 'integer' && a.kind !== 'decimal') return a;
  const [number, other] = isNumber(a) ? [a, b] : [b, a];
  if (isNumber(number) && other.kind === 'boolean') return number;
  if (isNumber(a) && isNumber(b)) return combineNumbers(a, b);
  if (isTime(a) && isTime(b)) return { kind: 'timestamp' };
  throw new TacitError(
    'SQL_TYPE',
    `${what} mixes ${printType(a)} with ${printType(b)}; cast one of them`,
    at,
  );
}

function isNumber(type: SqlType): boolean {
  return isNumeric(type) || type.kind === 'double';
}

function isTime({ kind }: SqlType): boolean {
  return kind === 'date' || kind === 'timestamp';
}

/** The scalar in a common type: numbers in another unit, strings read, dates as timestamps. */
export function convert(scalar: Scalar, type: SqlType, at: Position): Scalar {
  if (isNullConstant(scalar)) return nullOf(type, at);
  if (type.kind === 'double') return asDouble(scalar, at);
  const text = textOf(scalar);
  if (text !== undefined && type.kind !== 'varchar') return castText(text, type, at);
  const from = scalar.type;
  if (from.kind === 'date' && type.kind === 'timestamp') {
    return foldNode(scaled(scalar, DAY_MICROSECONDS, type));
  }
  if (!isNumeric(type)) return scalar;
  const digits = scaleOf(type) - scaleOf(from);
  const factor = 10n ** BigInt(Math.abs(digits));
  if (digits < 0) {
    return foldNode(divide('halfAway', scalar, number(factor, HUGEINT, at), type, at));
  }
  if (factor === 1n && from.kind !== 'boolean') return retype(scalar, type);
  return foldNode(scaled(scalar, factor, type));
}
