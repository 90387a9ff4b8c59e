import { printDay, printMicroseconds } from '../../catalog/calendar.ts';
import { printDecimal } from '../../catalog/decimal.ts';
import { printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { TypeName } from '../../parser/syntax.ts';
import { DECIMAL_DIGITS_MAX, rangeOf } from '../logical/arithmetic-types.ts';
import { foldNode } from '../logical/fold.ts';
import { valueWhere } from '../logical/make-choice.ts';
import { divide } from '../logical/make-division.ts';
import { larger, smaller } from '../logical/quotient.ts';
import {
  BOOLEAN,
  compare,
  HUGEINT,
  isNullConstant,
  isNumeric,
  logic,
  nullOf,
  number,
  retype,
  type Scalar,
  scaleOf,
} from '../logical/scalar.ts';
import { bindComparison } from './comparison.ts';
import { dayOf, microsOf } from './date-steps.ts';
import { asDouble, constantDouble, DOUBLE_INTEGER_MAX, type Ratio } from './doubles.ts';
import { convert } from './joint-type.ts';
import { castOrUndefined, castText, isHopeless } from './literals.ts';
import { DOMAIN_MAX, mapWordsToNumber, perCode, sortedWords, textOf } from './text-encoding.ts';

/** Every name of a type without arguments that a cast takes, upper case. */
export const TYPES: Readonly<Record<string, SqlType>> = {
  ...named(['BOOLEAN', 'BOOL', 'LOGICAL'], BOOLEAN),
  ...named(['TINYINT', 'INT1'], { kind: 'integer', name: 'TINYINT' }),
  ...named(['SMALLINT', 'INT2', 'SHORT'], { kind: 'integer', name: 'SMALLINT' }),
  ...named(['INTEGER', 'INT', 'INT4', 'SIGNED'], { kind: 'integer', name: 'INTEGER' }),
  ...named(['BIGINT', 'INT8', 'LONG'], { kind: 'integer', name: 'BIGINT' }),
  ...named(['HUGEINT'], HUGEINT),
  ...named(['DOUBLE', 'FLOAT8', 'DOUBLE PRECISION'], { kind: 'double' }),
  ...named(['DATE'], { kind: 'date' }),
  ...named(['TIMESTAMP', 'DATETIME'], { kind: 'timestamp' }),
  ...named(['VARCHAR', 'TEXT', 'STRING', 'CHAR', 'BPCHAR'], { kind: 'varchar' }),
};

function named(names: readonly string[], type: SqlType): Record<string, SqlType> {
  return Object.fromEntries(names.map((name) => [name, type]));
}

/** The type that a name means in a cast; DECIMAL alone is DECIMAL(18,3). */
export function typeOf({ name, arguments: given }: TypeName, at: Position): SqlType {
  if (['DECIMAL', 'NUMERIC', 'DEC'].includes(name)) {
    const [precision = 18, scale = given.length === 0 ? 3 : 0] = given;
    if (precision >= 1 && precision <= DECIMAL_DIGITS_MAX && scale <= precision) {
      return { kind: 'decimal', precision, scale };
    }
    throw new TacitError('SQL_TYPE', `DECIMAL(${precision},${scale}) is no type`, at);
  }
  const type = TYPES[name];
  if (type !== undefined) return type;
  throw new TacitError('SQL_UNSUPPORTED', `a cast to ${name} is not supported`, at);
}

/** CAST and TRY_CAST. What might not fit is refused by CAST and NULL by TRY_CAST. */
export function bindCast(operand: Scalar, type: SqlType, tryCast: boolean, at: Position): Scalar {
  if (isNullConstant(operand)) return nullOf(type, at);
  if (type.kind === 'varchar') return toText(operand, at);
  if (operand.type.kind === 'varchar') return fromText(operand, type, tryCast, at);
  if (type.kind === 'double') return asDouble(operand, at);
  if (type.kind === 'boolean') return toBoolean(operand, at);
  if (isNumeric(type)) return toNumber(operand, type, tryCast, at);
  if (type.kind === 'date' && operand.type.kind === 'timestamp') return dayOf(operand, at);
  if (type.kind === 'timestamp' && operand.type.kind === 'date') return microsOf(operand, at);
  if (type.kind === operand.type.kind) return operand;
  throw noCast(operand, type, at);
}

function noCast(operand: Scalar, type: SqlType, at: Position): TacitError {
  const what = `cannot cast ${printType(operand.type)} to ${printType(type)}`;
  return new TacitError('SQL_TYPE', what, at);
}

function toBoolean(operand: Scalar, at: Position): Scalar {
  if (operand.type.kind === 'boolean') return operand;
  if (!isNumeric(operand.type) && operand.type.kind !== 'double')
    throw noCast(operand, BOOLEAN, at);
  return bindComparison('<>', operand, number(0n, HUGEINT, at), at);
}

function toNumber(operand: Scalar, type: SqlType, tryCast: boolean, at: Position): Scalar {
  if (operand.kind === 'ratio') return fitting(wholeOf(operand, type, at), type, tryCast, at);
  const castable = isNumeric(operand.type) || operand.type.kind === 'boolean';
  if (!castable) throw noCast(operand, type, at);
  return fitting(convert(operand, type, at), type, tryCast, at);
}

/** A DOUBLE to the nearest integer, ties to even, as DuckDB casts it. */
function wholeOf(operand: Ratio, type: SqlType, at: Position): Scalar {
  const { numerator, denominator, roundings, after } = operand;
  const { min, max } = numerator.bounds;
  const constant = constantDouble(operand);
  const small = max < DOUBLE_INTEGER_MAX / 4n && min > -DOUBLE_INTEGER_MAX / 4n;
  const integral = constant !== undefined && Number.isInteger(constant);
  if (scaleOf(type) > 0 && !integral) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      'a cast of a DOUBLE to DECIMAL is not supported; use ROUND(x, digits)',
      at,
    );
  }
  if (roundings > 1 || after.length > 0 || !small) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      'a cast of this DOUBLE to an integer is not exact; cast before dividing or rounding',
      at,
    );
  }
  const whole = foldNode(divide('halfEven', numerator, denominator, HUGEINT, at));
  return convert(whole, type, at);
}

/** The scalar as a value of the type; by its bounds it fits, or CAST is refused and TRY_CAST makes NULL of the rest. */
function fitting(scalar: Scalar, type: SqlType, tryCast: boolean, at: Position): Scalar {
  const typed = retype(scalar, type);
  if (isNullConstant(typed)) return typed;
  const { min, max } = rangeOf(type);
  if (typed.bounds.min >= min && typed.bounds.max <= max) return typed;
  if (!tryCast) {
    throw new TacitError(
      'SQL_OVERFLOW',
      `by its bounds the value might not fit ${printType(type)}; declare tighter bounds or use TRY_CAST`,
      at,
    );
  }
  if (typed.bounds.max < min || typed.bounds.min > max) return nullOf(type, at);
  const end = (op: '>=' | '<=', value: bigint) =>
    foldNode(compare(op, scalar, number(value, scalar.type, at), at));
  const inside = logic('and', [end('>=', min), end('<=', max)], at);
  const bounds = { min: larger(min, typed.bounds.min), max: smaller(max, typed.bounds.max) };
  const chosen = foldNode(valueWhere(inside, typed, at));
  return chosen.kind === 'choose' ? { ...chosen, bounds } : chosen;
}

function fromText(operand: Scalar, type: SqlType, tryCast: boolean, at: Position): Scalar {
  const text = textOf(operand);
  if (type.kind === 'double') {
    if (text !== undefined && !tryCast) return asDouble(operand, at);
    throw new TacitError(
      'SQL_UNSUPPORTED',
      'a cast of text to DOUBLE is not supported; cast to DECIMAL',
      at,
    );
  }
  if (text !== undefined && !tryCast) return castText(text, type, at);
  const read = (word: string): bigint | null => {
    const value = castOrUndefined(word, type);
    if (value !== undefined) return value;
    if (tryCast && isHopeless(word, type)) return null;
    throw new TacitError(
      'SQL_TYPE',
      `not every value of the text is a ${printType(type)} that this reads; use TRY_CAST or CASE`,
      at,
    );
  };
  return mapWordsToNumber(operand, read, type, at);
}

/** A value as DuckDB prints it: constants, and columns of few values, which become a dictionary. */
export function toText(operand: Scalar, at: Position): Scalar {
  if (operand.type.kind === 'varchar') return operand;
  const { min, max } = operand.bounds;
  if (operand.type.kind === 'double' || max - min >= BigInt(DOMAIN_MAX)) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      `a cast of ${printType(operand.type)} to VARCHAR is supported for at most ${DOMAIN_MAX} different values`,
      at,
    );
  }
  const values = Array.from({ length: Number(max - min) + 1 }, (_, k) => min + BigInt(k));
  const words = values.map((value) => printValue(value, operand.type));
  const dictionary = sortedWords(words);
  const codes = new Map(dictionary.map((word, code) => [word, BigInt(code)]));
  const images = words.map((word) => codes.get(word) ?? 0n);
  return foldNode(perCode(operand, images, { kind: 'varchar' }, { dictionary }, min));
}

function printValue(value: bigint, type: SqlType): string {
  switch (type.kind) {
    case 'boolean':
      return value === 0n ? 'false' : 'true';
    case 'date':
      return printDay(value);
    case 'timestamp':
      return printMicroseconds(value);
    default:
      return printDecimal(value, scaleOf(type));
  }
}
