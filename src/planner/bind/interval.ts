import { DAY_MICROSECONDS } from '../../catalog/calendar.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { Node } from './binder.ts';

/** A span of time; DuckDB adds its months first, then its days, then its microseconds. */
export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

const HOUR = DAY_MICROSECONDS / 24n;

/** What one of each unit is; lower case, without a plural s. */
export const UNITS: Readonly<Record<string, Partial<Interval>>> = {
  year: { months: 12 },
  decade: { months: 120 },
  century: { months: 1200 },
  quarter: { months: 3 },
  month: { months: 1 },
  week: { days: 7 },
  day: { days: 1 },
  hour: { micros: HOUR },
  minute: { micros: HOUR / 60n },
  second: { micros: 1_000_000n },
  millisecond: { micros: 1000n },
  microsecond: { micros: 1n },
};

/** Far more than any date is wide, small enough to compute with. */
const AMOUNT_MAX = 1_000_000_000_000;

/** Reads INTERVAL '3' DAY, INTERVAL 3 DAY, INTERVAL '3 days 2 hours' and INTERVAL '01:30:00'. */
export function readInterval(node: Node<'interval'>): Interval {
  const { text, unit } = node;
  if (unit !== undefined) return scale(amountOf(text, node), unit, node);
  let total: Interval = { months: 0, days: 0, micros: 0n };
  let rest = text.trim();
  if (rest === '') throw unreadable(node);
  while (rest !== '') {
    const clock = /^([+-]?)(\d{1,9}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(?:\s+|$)/.exec(rest);
    const part = /^([+-]?\d{1,13})\s*([a-zA-Z]+)(?:\s+|$)/.exec(rest);
    const match = clock ?? part;
    if (match === null) throw unreadable(node);
    const next = clock === null ? scale(Number(match[1]), match[2] ?? '', node) : clockOf(clock);
    total = add(total, next);
    rest = rest.slice(match[0].length);
  }
  return total;
}

function amountOf(text: string, node: Node<'interval'>): number {
  const amount = Number(text.trim());
  if (/^\s*[+-]?\d+\s*$/.test(text) && Math.abs(amount) <= AMOUNT_MAX) return amount;
  throw unreadable(node);
}

function scale(amount: number, word: string, node: Node<'interval'>): Interval {
  const name = word.toLowerCase();
  const unit = UNITS[name] ?? UNITS[name.replace(/s$/, '')] ?? UNITS[IRREGULAR[name] ?? ''];
  if (unit === undefined || Math.abs(amount) > AMOUNT_MAX) throw unreadable(node);
  const { months = 0, days = 0, micros = 0n } = unit;
  return { months: amount * months, days: amount * days, micros: BigInt(amount) * micros };
}

const IRREGULAR: Readonly<Record<string, string>> = {
  ...{ centuries: 'century', mons: 'month', mon: 'month', y: 'year', d: 'day', h: 'hour' },
  ...{ m: 'minute', min: 'minute', mins: 'minute', s: 'second', sec: 'second', secs: 'second' },
  ...{ ms: 'millisecond', us: 'microsecond' },
};

function clockOf(match: RegExpExecArray): Interval {
  const [hours = 0n, minutes = 0n, seconds = 0n] = [match[2], match[3], match[4]].map((part) =>
    BigInt(part ?? '0'),
  );
  const micros = BigInt((match[5] ?? '').padEnd(6, '0'));
  const total = hours * HOUR + minutes * (HOUR / 60n) + seconds * 1_000_000n + micros;
  return { months: 0, days: 0, micros: match[1] === '-' ? -total : total };
}

function add(a: Interval, b: Interval): Interval {
  return { months: a.months + b.months, days: a.days + b.days, micros: a.micros + b.micros };
}

export function negateInterval({ months, days, micros }: Interval): Interval {
  return { months: -months, days: -days, micros: -micros };
}

function unreadable({ text, unit = '', at }: Node<'interval'>): TacitError {
  return new TacitError(
    'SQL_UNSUPPORTED',
    `INTERVAL '${text}' ${unit}`
      .trimEnd()
      .concat(' is not supported; write whole units such as INTERVAL 3 DAY'),
    at,
  );
}
