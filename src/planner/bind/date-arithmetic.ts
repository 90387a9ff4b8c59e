import { DAY_MICROSECONDS } from '../../catalog/calendar.ts';
import { printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { ArithmeticOp } from '../../parser/syntax.ts';
import { foldNode } from '../logical/fold.ts';
import {
  arithmetic,
  BIGINT,
  isNullConstant,
  negate,
  nullOf,
  type Scalar,
  scaled,
} from '../logical/scalar.ts';
import { addMonths } from './calendar-parts.ts';
import { asTime } from './date-parts.ts';
import { dayRange, microsOf, perDay, plus } from './date-steps.ts';
import { type Interval, negateInterval } from './interval.ts';

const DATE: SqlType = { kind: 'date' };
const TIMESTAMP: SqlType = { kind: 'timestamp' };
const INT32_MAX = 2n ** 31n - 1n;
const TIMESTAMP_MAX = 2n ** 63n - 1n;

export function isTime({ kind }: SqlType): boolean {
  return kind === 'date' || kind === 'timestamp';
}

/** DATE + INTEGER, INTEGER + DATE, DATE - INTEGER (a DATE) and DATE - DATE (days); others are refused. */
export function bindDateArithmetic(
  op: ArithmeticOp,
  left: Scalar,
  right: Scalar,
  at: Position,
): Scalar {
  const [a, b] = [left.type, right.type];
  if (op === '+' && a.kind === 'date' && isDays(right)) return addDays('+', left, right, at);
  if (op === '+' && b.kind === 'date' && isDays(left)) return addDays('+', right, left, at);
  if (op === '-' && a.kind === 'date' && isDays(right)) return addDays('-', left, right, at);
  if (op === '-' && a.kind === 'date' && b.kind === 'date') {
    if (isNullConstant(left) || isNullConstant(right)) return nullOf(BIGINT, at);
    return foldNode(arithmetic('-', left, right, BIGINT, at));
  }
  const difference = op === '-' && isTime(a) && isTime(b);
  throw new TacitError(
    difference ? 'SQL_UNSUPPORTED' : 'SQL_TYPE',
    difference
      ? 'the difference of TIMESTAMPs is an INTERVAL, which is not supported; subtract DATEs or epoch_ms'
      : `"${op}" on ${printType(a)} and ${printType(b)} is not supported`,
    at,
  );
}

/** Days that may be added to a DATE: INTEGER or smaller, or NULL. */
function isDays(scalar: Scalar): boolean {
  if (isNullConstant(scalar)) return true;
  return scalar.type.kind === 'integer' && scalar.type.name !== 'BIGINT';
}

function addDays(op: '+' | '-', date: Scalar, days: Scalar, at: Position): Scalar {
  if (isNullConstant(date) || isNullConstant(days)) return nullOf(DATE, at);
  const signed = op === '-' ? foldNode(negate(days, days.type, at)) : days;
  const sum = foldNode(arithmetic('+', date, signed, DATE, at));
  requireWithin(sum, INT32_MAX, 'DATE', at);
  return sum;
}

function requireWithin({ bounds }: Scalar, limit: bigint, name: string, at: Position): void {
  if (bounds.min >= -limit && bounds.max <= limit) return;
  throw new TacitError('SQL_OVERFLOW', `a value that may occur here does not fit ${name}`, at);
}

/** DATE or TIMESTAMP plus or minus an INTERVAL: a TIMESTAMP. */
export function addInterval(op: '+' | '-', value: Scalar, span: Interval, at: Position): Scalar {
  if (isNullConstant(value)) return nullOf(TIMESTAMP, at);
  const operand = asTime(value, 'INTERVAL', at);
  const { months, days, micros } = op === '-' ? negateInterval(span) : span;
  const moved = months === 0 ? microsOf(operand, at) : laterMonth(operand, months, at);
  const rest = BigInt(days) * DAY_MICROSECONDS + micros;
  const sum = { ...plus(moved, rest, at), type: TIMESTAMP };
  requireWithin(sum, TIMESTAMP_MAX, 'TIMESTAMP', at);
  return sum;
}

/** Microseconds of the operand so many months later; the distance is a step function of the day. */
function laterMonth(operand: Scalar, months: number, at: Position): Scalar {
  const later = (day: number) => addMonths(day, months);
  const what = 'adding months';
  if (operand.type.kind === 'date') {
    return foldNode(scaled(perDay(operand, later, DATE, what, at), DAY_MICROSECONDS, TIMESTAMP));
  }
  const delta = perDay(operand, (day) => later(day) - day, BIGINT, what, at);
  const micros = foldNode(scaled(delta, DAY_MICROSECONDS, BIGINT));
  const sum = foldNode(arithmetic('+', operand, micros, TIMESTAMP, at));
  const [first, last] = dayRange(operand).map((day) => BigInt(later(Number(day))));
  const max = ((last ?? 0n) + 1n) * DAY_MICROSECONDS - 1n;
  return sum.kind === 'constant'
    ? sum
    : { ...sum, bounds: { min: (first ?? 0n) * DAY_MICROSECONDS, max } };
}
