import { DAY_MICROSECONDS, parseDate, parseTimestamp } from '../../catalog/calendar.ts';
import { printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { DECIMAL_DIGITS_MAX, rangeOf } from '../logical/arithmetic-types.ts';
import { foldNode } from '../logical/fold.ts';
import { ratio } from '../logical/make-ratio.ts';
import { quotientToDouble } from '../logical/nearest-double.ts';
import { quotient } from '../logical/quotient.ts';
import { HUGEINT, negate, number, type Scalar, type ScalarOf, scaleOf } from '../logical/scalar.ts';
import { exactFraction } from './double-constant.ts';

type Constant = ScalarOf<'constant'>;

/** A numeric literal with DuckDB's type: INTEGER, BIGINT or HUGEINT by size, DECIMAL(digits,scale), else DOUBLE. */
export function numberLiteral(source: string, at: Position): Scalar {
  const plain = source.replaceAll('_', '');
  if (/^\d+$/.test(plain)) return integerLiteral(BigInt(plain), source, at);
  const match = /^(\d*)\.(\d*)$/.exec(plain);
  if (match === null) return doubleLiteral(plain, at);
  const digits = `${match[1]}${match[2]}`;
  if (digits.length > DECIMAL_DIGITS_MAX) throw tooLong(source, at);
  const scale = (match[2] ?? '').length;
  return number(BigInt(digits), { kind: 'decimal', precision: digits.length, scale }, at);
}

/** Larger or smaller powers of ten make numbers too wide to compute with. */
const EXPONENT_MAX = 40;

/** A DOUBLE such as `1e-2` by its exact value, which is rounded once to be the double. */
function doubleLiteral(source: string, at: Position): Scalar {
  const match = /^(\d*)\.?(\d*)[eE]([+-]?\d{1,3})$/.exec(source);
  const fraction = match?.[2] ?? '';
  const exponent = Number(match?.[3] ?? Number.NaN) - fraction.length;
  if (match === null || Math.abs(exponent) > EXPONENT_MAX) throw tooLong(source, at);
  const power = 10n ** BigInt(Math.abs(exponent));
  const digits = BigInt(`${match[1]}${fraction}` || '0');
  const [n, d] = exponent < 0 ? [digits, power] : [digits * power, 1n];
  const [p, q] = exactFraction(quotientToDouble(n, d));
  const roundings = n * q === p * d ? 0 : 1;
  return ratio(number(n, HUGEINT, at), number(d, HUGEINT, at), roundings, [], at);
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

const TRUTHS = new Map([
  ...['true', 't', '1', 'yes', 'y'].map((word) => [word, 1n] as const),
  ...['false', 'f', '0', 'no', 'n'].map((word) => [word, 0n] as const),
]);

const FORMS: Partial<Record<SqlType['kind'], string>> = {
  date: 'YYYY-MM-DD',
  timestamp: 'YYYY-MM-DD hh:mm:ss',
  boolean: 'true or false',
};

/** The encoded value of a string in a type; undefined if it is none. */
export function castOrUndefined(value: string, type: SqlType): bigint | undefined {
  switch (type.kind) {
    case 'date': {
      const micros = parseTimestamp(value);
      if (micros === undefined) return parseDate(value);
      return quotient('floor', micros, DAY_MICROSECONDS);
    }
    case 'timestamp':
      return parseTimestamp(value);
    case 'boolean':
      return TRUTHS.get(value.toLowerCase());
    case 'integer':
    case 'hugeint':
    case 'decimal':
      return castNumber(value, type);
    default:
      return undefined;
  }
}

/** A number in text, rounded half away from zero to the type's scale, as DuckDB casts. */
function castNumber(value: string, type: SqlType): bigint | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/.exec(value);
  const digits = match === null ? '' : `${match[2]}${match[3] ?? ''}`;
  if (match === null || digits === '') return undefined;
  const surplus = (match[3] ?? '').length - Number(match[4] ?? '0') - scaleOf(type);
  const power = 10n ** BigInt(Math.abs(surplus));
  const unscaled = BigInt(digits);
  const magnitude = surplus > 0 ? quotient('halfAway', unscaled, power) : unscaled * power;
  const result = match[1] === '-' ? -magnitude : magnitude;
  const { min, max } = rangeOf(type);
  return result < min || result > max ? undefined : result;
}

/** A string as a DOUBLE or the exact number that becomes one. */
export function castDouble(value: string, at: Position): Scalar {
  const match = /^\s*([+-]?)(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*$/.exec(value);
  if (match === null) throw new TacitError('SQL_TYPE', `'${value}' is not a DOUBLE`, at);
  const literal = numberLiteral(`${match[2]}${match[3] ?? ''}`, at);
  return match[1] === '-' ? foldNode(negateNumber(literal, at)) : literal;
}

function negateNumber(literal: Scalar, at: Position): Scalar {
  if (literal.kind !== 'ratio') return negate(literal, literal.type, at);
  const { numerator, denominator, roundings } = literal;
  return ratio(foldNode(negate(numerator, HUGEINT, at)), denominator, roundings, [], at);
}

/**
 * Whether DuckDB certainly cannot read the string as the type either. It reads more than this binder (`0x10`, `1_000`, `epoch`),
 * and TRY_CAST of what it reads is not NULL.
 */
export function isHopeless(value: string, type: SqlType): boolean {
  if (type.kind === 'boolean') return !/^\s|\s$/.test(value);
  return !/\d|nan|inf|epoch/i.test(value) || /^\s*[+-]?\d+(\.\d*)?\s*$/.test(value);
}
