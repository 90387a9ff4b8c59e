import { DAY_MICROSECONDS } from '../../catalog/calendar.ts';
import type { SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import { divide, remainder } from '../logical/make-division.ts';
import { steps } from '../logical/make-steps.ts';
import { quotient } from '../logical/quotient.ts';
import { arithmetic, BIGINT, HUGEINT, number, type Scalar, scaled } from '../logical/scalar.ts';
import { civilDay, dayNumber } from './calendar-parts.ts';
import { DOMAIN_MAX } from './text-encoding.ts';

/** More days than this (about 800 years) make planning slow. */
const DAYS_MAX = 300_000n;
/** With more breaks than this it is cheaper to divide microseconds into days first. */
const DIRECT_BREAKS_MAX = 24;

/**
 * An integer for every day of a DATE or TIMESTAMP: a public step function, or a step function plus the day itself, whichever
 * has fewer steps.
 */
export function perDay(
  operand: Scalar,
  value: (day: number) => number,
  type: SqlType,
  what: string,
  at: Position,
): Scalar {
  const [min, max] = dayRange(operand);
  if (max - min > DAYS_MAX) throw tooWide(what, at);
  const flat = runsOf(Number(min), Number(max), value);
  const slope = runsOf(Number(min), Number(max), (day) => value(day) - day);
  if (
    flat !== undefined &&
    flat.length <= Math.min(slope?.length ?? DOMAIN_MAX + 1, DOMAIN_MAX + 1)
  ) {
    return stepsOf(operand, flat, type, at);
  }
  if (slope === undefined || slope.length > DOMAIN_MAX + 1) throw tooWide(what, at);
  const delta = stepsOf(operand, slope, HUGEINT, at);
  return foldNode(arithmetic('+', dayOf(operand, at), delta, type, at));
}

interface Run {
  readonly from: number;
  readonly value: number;
}

/** The functions of a day change only at these days of a month: its first and last ones, and where ISO years start. */
const CHANGES = [1, 2, 3, 4, 28, 29, 30, 31];

/** The step function from `min` to `max`; undefined if it is none. */
function runsOf(min: number, max: number, value: (day: number) => number): Run[] | undefined {
  const runs: Run[] = [];
  const starts = startsOf(min, max);
  for (const [k, from] of starts.entries()) {
    const here = value(from);
    const last = (starts[k + 1] ?? max + 1) - 1;
    if (value(last) !== here) return undefined;
    if (runs.at(-1)?.value !== here) runs.push({ from, value: here });
  }
  return runs;
}

/** The first day and all that may be a change, ascending. */
function startsOf(min: number, max: number): number[] {
  const { year, month } = civilDay(min);
  const starts = [min];
  for (let k = 0, first = dayNumber(year, month, 1); first <= max; k++) {
    const next = dayNumber(year, month + k + 1, 1);
    const days = CHANGES.map((day) => first + day - 1);
    starts.push(...days.filter((day) => day > min && day <= max && day < next));
    first = next;
  }
  return starts;
}

function stepsOf(operand: Scalar, runs: readonly Run[], type: SqlType, at: Position): Scalar {
  const values = runs.map(({ value }) => BigInt(value));
  const breaks = runs.slice(1).map(({ from }) => BigInt(from));
  if (operand.type.kind === 'timestamp' && runs.length <= DIRECT_BREAKS_MAX) {
    const micros = breaks.map((day) => day * DAY_MICROSECONDS);
    return foldNode(steps(operand, micros, values, type, at));
  }
  return foldNode(steps(dayOf(operand, at), breaks, values, type, at));
}

function tooWide(what: string, at: Position): TacitError {
  return new TacitError(
    'SQL_UNSUPPORTED',
    `${what} needs tighter bounds of the date: declare min and max of the column`,
    at,
  );
}

/** The first and the last day that the operand can be, in days since 1970-01-01. */
export function dayRange({ type, bounds }: Scalar): readonly [bigint, bigint] {
  if (type.kind === 'date') return [bounds.min, bounds.max];
  const day = (micros: bigint) => quotient('floor', micros, DAY_MICROSECONDS);
  return [day(bounds.min), day(bounds.max)];
}

/** The day of a DATE or TIMESTAMP as a DATE. */
export function dayOf(operand: Scalar, at: Position): Scalar {
  if (operand.type.kind === 'date') return operand;
  const day = number(DAY_MICROSECONDS, HUGEINT, at);
  return foldNode(divide('floor', operand, day, { kind: 'date' }, at));
}

/** Microseconds since 1970-01-01. */
export function microsOf(operand: Scalar, at: Position): Scalar {
  const type: SqlType = { kind: 'timestamp' };
  if (operand.type.kind === 'timestamp') return operand;
  return { ...foldNode(scaled(operand, DAY_MICROSECONDS, type)), at };
}

/** operand - floor(operand / period) * period for a public period, shifted so that no dividend is negative. */
export function phase(operand: Scalar, offset: bigint, period: bigint, at: Position): Scalar {
  const { min } = operand.bounds;
  const shift = offset - quotient('floor', min + offset, period) * period;
  const moved = plus(operand, shift, at);
  return foldNode(remainder(moved, number(period, HUGEINT, at), BIGINT, at));
}

/** operand + constant as a plain number. */
export function plus(operand: Scalar, value: bigint, at: Position): Scalar {
  if (value === 0n) return operand;
  return foldNode(arithmetic('+', operand, number(value, HUGEINT, at), HUGEINT, at));
}
