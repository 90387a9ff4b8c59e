import { parseDate, parseTimestamp } from '../../catalog/calendar.ts';
import { printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { DECIMAL_DIGITS_MAX, rangeOf } from '../logical/arithmetic-types.ts';
import { number, type ScalarOf, scaleOf } from '../logical/scalar.ts';

type Constant = ScalarOf<'constant'>;

/** Digits that a double holds exactly in either direction. */
const DOUBLE_DIGITS = 15;

/** A numeric literal with DuckDB's type: INTEGER, BIGINT or HUGEINT by size, DECIMAL(digits,scale). */
export function numberLiteral(source: string, at: Position): Constant {
  const text = source.replaceAll('_', '');
  if (/^\d+$/.test(text)) return integerLiteral(BigInt(text), source, at);
  const match = /^(\d*)\.(\d*)$/.exec(text);
  if (match === null) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      `${source} is a DOUBLE; write the number without an exponent`,
      at,
    );
  }
  const digits = `${match[1]}${match[2]}`;
  if (digits.length > DECIMAL_DIGITS_MAX) throw tooLong(source, at);
  const scale = (match[2] ?? '').length;
  return number(BigInt(digits), { kind: 'decimal', precision: digits.length, scale }, at);
}

/** A DOUBLE literal such as `1e-2` that may be compared: its exact value, if a double and a DECIMAL agree on it. */
export function exactDouble(source: string, at: Position): Constant | undefined {
  const match = /^(\d*)\.?(\d*)[eE]([+-]?\d{1,3})$/.exec(source.replaceAll('_', ''));
  if (match === null) return undefined;
  const digits = `${match[1]}${match[2]}`.replace(/^0+(?=\d)/, '');
  const exponent = Number(match[3]) - (match[2] ?? '').length;
  const scale = Math.max(0, -exponent);
  const length = digits.length + Math.max(0, exponent);
  if (length > DOUBLE_DIGITS || scale > DOUBLE_DIGITS) {
    throw new TacitError('SQL_UNSUPPORTED', `${source} is a DOUBLE; write it as a DECIMAL`, at);
  }
  const value = BigInt(digits) * 10n ** BigInt(Math.max(0, exponent));
  return number(value, { kind: 'decimal', precision: Math.max(length, scale, 1), scale }, at);
}

function integerLiteral(value: bigint, source: string, at: Position): Constant {
  const types: readonly SqlType[] = [
    { kind: 'integer', name: 'INTEGER' },
    { kind: 'integer', name: 'BIGINT' },
    { kind: 'hugeint' },
  ];
  const type = types.find((candidate) => value <= rangeOf(candidate).max);
  if (type === undefined) throw tooLong(source, at);
  return number(value, type, at);
}

function tooLong(source: string, at: Position): TacitError {
  return new TacitError('SQL_UNSUPPORTED', `${source} has too many digits for an exact number`, at);
}

/** A string as a value of a type it is compared with; SQL_TYPE if it is not one. */
export function castText(value: string, type: SqlType, at: Position): Constant {
  const cast = castOrUndefined(value, type);
  if (cast !== undefined) return number(cast, type, at);
  const form = FORMS[type.kind];
  const hint = form === undefined ? '' : `; expected ${form}`;
  throw new TacitError('SQL_TYPE', `'${value}' is not a ${printType(type)}${hint}`, at);
}

const FORMS: Partial<Record<SqlType['kind'], string>> = {
  date: 'YYYY-MM-DD',
  timestamp: 'YYYY-MM-DD hh:mm:ss',
  boolean: 'true or false',
};

function castOrUndefined(value: string, type: SqlType): bigint | undefined {
  switch (type.kind) {
    case 'date':
      return parseDate(value);
    case 'timestamp':
      return parseTimestamp(value);
    case 'boolean':
      return { true: 1n, t: 1n, false: 0n, f: 0n }[value.trim().toLowerCase()];
    case 'integer':
    case 'hugeint':
    case 'decimal':
      return castNumber(value, type);
    default:
      return undefined;
  }
}

/** A plain number in text, rounded half away from zero to the type's scale, as DuckDB casts. */
function castNumber(value: string, type: SqlType): bigint | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?\s*$/.exec(value);
  const digits = match === null ? '' : `${match[2]}${match[3] ?? ''}`;
  if (match === null || digits === '') return undefined;
  const surplus = (match[3] ?? '').length - scaleOf(type);
  const unscaled = BigInt(digits);
  const divisor = 10n ** BigInt(Math.max(0, surplus));
  const magnitude =
    surplus > 0 ? (2n * unscaled + divisor) / (2n * divisor) : unscaled * 10n ** BigInt(-surplus);
  const result = match[1] === '-' ? -magnitude : magnitude;
  const { min, max } = rangeOf(type);
  return result < min || result > max ? undefined : result;
}
