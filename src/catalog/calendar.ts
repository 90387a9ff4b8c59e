/** Microseconds of a day; DATE and TIMESTAMP are compared in microseconds. */
export const DAY_MICROSECONDS = 86_400_000_000n;

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar; undefined if there is no such date. */
export function daysFromCivil(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return undefined;
  // Years start in March here, so that the leap day is a year's last day.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** `YYYY-MM-DD` of days since 1970-01-01. */
export function printDay(days: bigint): string {
  const shifted = Number(days) + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365,
  );
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - 365 * yearOfEra - leapDays;
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return [String(year).padStart(4, '0'), pad(month), pad(day)].join('-');
}

/** `YYYY-MM-DD hh:mm:ss[.ffffff]` of microseconds since 1970-01-01. */
export function printMicroseconds(micros: bigint): string {
  const inDay = ((micros % DAY_MICROSECONDS) + DAY_MICROSECONDS) % DAY_MICROSECONDS;
  const seconds = Number(inDay / 1_000_000n);
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((x) => pad(Math.floor(x)));
  const fraction = String(inDay % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const date = printDay((micros - inDay) / DAY_MICROSECONDS);
  return `${date} ${clock.join(':')}${fraction === '' ? '' : `.${fraction}`}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

const DATE = String.raw`(\d{1,6})-(\d{1,2})-(\d{1,2})`;
const TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?`;
const DATE_ONLY = new RegExp(`^\\s*${DATE}\\s*$`);
const DATE_AND_TIME = new RegExp(`^\\s*${DATE}(?:[ T]${TIME})?\\s*$`);

/** Days since 1970-01-01 of `YYYY-MM-DD`; undefined if the text is not a date. */
export function parseDate(text: string): bigint | undefined {
  const match = DATE_ONLY.exec(text);
  return match === null ? undefined : daysOf(match);
}

/**
 * Microseconds since 1970-01-01 00:00:00 of `YYYY-MM-DD[ hh:mm[:ss[.ffffff]]]`, without a time zone;
 * undefined if the text is not a timestamp.
 */
export function parseTimestamp(text: string): bigint | undefined {
  const match = DATE_AND_TIME.exec(text);
  if (match === null) return undefined;
  const days = daysOf(match);
  const [hour, minute, second] = [match[4], match[5], match[6]].map((part) => Number(part ?? '0'));
  if (days === undefined || hour === undefined || minute === undefined || second === undefined) {
    return undefined;
  }
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const seconds = BigInt((hour * 60 + minute) * 60 + second);
  const fraction = BigInt((match[7] ?? '').padEnd(6, '0'));
  return days * DAY_MICROSECONDS + seconds * 1_000_000n + fraction;
}

function daysOf(match: RegExpExecArray): bigint | undefined {
  const [year, month, day] = [match[1], match[2], match[3]].map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const days = daysFromCivil(year, month, day);
  return days === undefined ? undefined : BigInt(days);
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
