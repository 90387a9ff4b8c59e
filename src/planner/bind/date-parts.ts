import { DAY_MICROSECONDS } from '../../catalog/calendar.ts';
import { printType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import { divide } from '../logical/make-division.ts';
import { ratio } from '../logical/make-ratio.ts';
import {
  arithmetic,
  BIGINT,
  DOUBLE,
  HUGEINT,
  isNullConstant,
  nullOf,
  number,
  type Scalar,
  scaled,
} from '../logical/scalar.ts';
import { civilDay, dayNumber, isoYear, isoYearStart } from './calendar-parts.ts';
import { dayOf, microsOf, perDay, phase, plus } from './date-steps.ts';
import { castText } from './literals.ts';
import { textOf } from './text-encoding.ts';

const SECOND = 1_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

/** Names of parts in any of DuckDB's spellings. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ years: 'year', y: 'year', months: 'month', mon: 'month', mons: 'month' },
  ...{ days: 'day', d: 'day', dayofmonth: 'day', quarters: 'quarter' },
  ...{ weeks: 'week', w: 'week', weekofyear: 'week', weekday: 'dow', dayofweek: 'dow' },
  ...{ dayofyear: 'doy', hours: 'hour', h: 'hour', minutes: 'minute', min: 'minute', m: 'minute' },
  ...{ seconds: 'second', s: 'second', millisecond: 'milliseconds', ms: 'milliseconds' },
  ...{ microsecond: 'microseconds', us: 'microseconds', decades: 'decade' },
};

/** Parts that are a function of the day and change only now and then. */
const OF_DAY: Readonly<Record<string, (day: number) => number>> = {
  year: (day) => civilDay(day).year,
  month: (day) => civilDay(day).month,
  day: (day) => civilDay(day).day,
  quarter: (day) => Math.ceil(civilDay(day).month / 3),
  decade: (day) => Math.trunc(civilDay(day).year / 10),
  century: (day) => Math.ceil(civilDay(day).year / 100),
  millennium: (day) => Math.ceil(civilDay(day).year / 1000),
  doy: (day) => day - dayNumber(civilDay(day).year, 1, 1) + 1,
  isoyear: isoYear,
};

/** Parts of the time of day: the unit, and how many make the next larger one. */
const OF_TIME: Readonly<Record<string, readonly [unit: bigint, period: bigint]>> = {
  hour: [HOUR, DAY_MICROSECONDS],
  minute: [MINUTE, HOUR],
  second: [SECOND, MINUTE],
  milliseconds: [1000n, MINUTE],
  microseconds: [1n, MINUTE],
};

/** Names of all parts, each in one spelling. */
export const DATE_PARTS: readonly string[] = [
  ...Object.keys(OF_DAY),
  ...['week', 'yearweek', 'dow', 'isodow'],
  ...Object.keys(OF_TIME),
  'epoch',
];

/** Whether the word names a part of a date. */
export function isDatePart(name: string): boolean {
  return DATE_PARTS.includes(partOf(name));
}

function partOf(name: string): string {
  const word = name.toLowerCase();
  return NAMES[word] ?? word;
}

/** EXTRACT(part FROM operand), date_part and the functions named after parts. */
export function bindDatePart(name: string, value: Scalar, at: Position): Scalar {
  const part = partOf(name);
  if (!isDatePart(part)) {
    throw new TacitError('SQL_UNSUPPORTED', `the date part "${name}" is not supported`, at);
  }
  if (isNullConstant(value)) return nullOf(part === 'epoch' ? DOUBLE : BIGINT, at);
  const operand = asTime(value, `"${part}"`, at);
  const time = OF_TIME[part];
  if (time !== undefined) return timePart(operand, time, at);
  const ofDay = OF_DAY[part];
  if (ofDay !== undefined) return perDay(operand, ofDay, BIGINT, part, at);
  switch (part) {
    case 'dow':
      return phase(dayOf(operand, at), 4n, 7n, at);
    case 'isodow':
      return asBigint(plus(phase(dayOf(operand, at), 3n, 7n, at), 1n, at));
    case 'epoch':
      return epoch(operand, at);
    case 'yearweek':
      return yearWeek(operand, at);
    default:
      return isoWeek(operand, at);
  }
}

/** A DATE or TIMESTAMP; a string is read as one. */
export function asTime(scalar: Scalar, what: string, at: Position): Scalar {
  const { kind } = scalar.type;
  if (kind === 'date' || kind === 'timestamp') return scalar;
  const text = textOf(scalar);
  if (text !== undefined) return castText(text, { kind: 'timestamp' }, at);
  const message = `${what} takes DATE or TIMESTAMP, this is ${printType(scalar.type)}`;
  throw new TacitError('SQL_TYPE', message, at);
}

function timePart(
  operand: Scalar,
  [unit, period]: readonly [bigint, bigint],
  at: Position,
): Scalar {
  if (operand.type.kind === 'date') {
    return foldNode(scaled(operand, 0n, BIGINT));
  }
  const rest = phase(operand, 0n, period, at);
  const divisor = number(unit, HUGEINT, at);
  return unit === 1n ? rest : foldNode(divide('floor', rest, divisor, BIGINT, at));
}

/** Seconds since 1970-01-01 as a DOUBLE. */
function epoch(operand: Scalar, at: Position): Scalar {
  const micros = { ...microsOf(operand, at), type: HUGEINT };
  return foldNode(ratio(micros, number(SECOND, HUGEINT, at), 1, [], at));
}

/** Days since the Monday of ISO week 1, in sevens. */
function isoWeek(operand: Scalar, at: Position): Scalar {
  const start = perDay(operand, (day) => isoYearStart(isoYear(day)), HUGEINT, 'week', at);
  const since = foldNode(arithmetic('-', dayOf(operand, at), start, HUGEINT, at));
  // The bounds of a difference do not know that a day is not before its year.
  const days: Scalar = { ...since, bounds: { min: 0n, max: 370n } };
  const known = since.kind === 'constant' ? since : days;
  const weeks = foldNode(divide('floor', known, number(7n, HUGEINT, at), BIGINT, at));
  return asBigint(plus(weeks, 1n, at));
}

function yearWeek(operand: Scalar, at: Position): Scalar {
  const year = perDay(operand, isoYear, BIGINT, 'yearweek', at);
  const hundreds = foldNode(scaled(year, 100n, BIGINT));
  return foldNode(arithmetic('+', hundreds, isoWeek(operand, at), BIGINT, at));
}

function asBigint(scalar: Scalar): Scalar {
  return { ...scalar, type: BIGINT };
}

const STARTS: Readonly<Record<string, (day: number) => number>> = {
  year: (day) => dayNumber(civilDay(day).year, 1, 1),
  decade: (day) => dayNumber(Math.floor(civilDay(day).year / 10) * 10, 1, 1),
  quarter: (day) => {
    const { year, month } = civilDay(day);
    return dayNumber(year, month - ((month - 1) % 3), 1);
  },
  month: (day) => dayNumber(civilDay(day).year, civilDay(day).month, 1),
  isoyear: (day) => isoYearStart(isoYear(day)),
};

const UNITS: Readonly<Record<string, bigint>> = {
  ...{ hour: HOUR, minute: MINUTE, second: SECOND, milliseconds: 1000n, microseconds: 1n },
};

/** date_trunc(part, operand): the TIMESTAMP at which the operand's year, month … starts. */
export function bindDateTrunc(name: string, value: Scalar, at: Position): Scalar {
  const part = partOf(name);
  const type = { kind: 'timestamp' } as const;
  const start = STARTS[part];
  const unit = UNITS[part];
  if (start === undefined && unit === undefined && !isDays(part)) {
    throw new TacitError('SQL_UNSUPPORTED', `date_trunc('${name}') is not supported`, at);
  }
  if (isNullConstant(value)) return nullOf(type, at);
  const operand = asTime(value, 'date_trunc', at);
  if (unit !== undefined) {
    if (operand.type.kind === 'date' || unit === 1n) return microsOf(operand, at);
    const rest = phase(operand, 0n, unit, at);
    return foldNode(arithmetic('-', operand, rest, type, at));
  }
  const days =
    start === undefined
      ? startOfDays(part, operand, at)
      : perDay(operand, start, { kind: 'date' }, part, at);
  return foldNode(scaled({ ...days, type: { kind: 'date' } }, DAY_MICROSECONDS, type));
}

function isDays(part: string): boolean {
  return part === 'week' || part === 'day' || part === 'dow' || part === 'isodow' || part === 'doy';
}

function startOfDays(part: string, operand: Scalar, at: Position): Scalar {
  const day = dayOf(operand, at);
  if (part !== 'week') return day;
  return foldNode(arithmetic('-', day, phase(day, 3n, 7n, at), HUGEINT, at));
}
