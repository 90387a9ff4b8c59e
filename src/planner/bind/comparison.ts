import { DAY_MICROSECONDS } from '../../catalog/calendar.ts';
import { codesWhere, compareUtf8 } from '../../catalog/dictionary.ts';
import { printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { CompareOp } from '../../parser/syntax.ts';
import { holds, MIRRORED } from '../logical/compare-operators.ts';
import { foldNode } from '../logical/fold.ts';
import { quotient } from '../logical/quotient.ts';
import {
  compare,
  isNullConstant,
  isNumeric,
  member,
  number,
  type Scalar,
  scaled,
  scaleOf,
  truth,
  unlessNull,
} from '../logical/scalar.ts';
import { compareDoubles } from './compare-doubles.ts';
import { isDouble } from './doubles.ts';
import { castText } from './literals.ts';
import { encodeText, encodeUtf8, textOf, unifyText } from './text-encoding.ts';

/**
 * `left op right` over bound operands of any types that DuckDB compares and Tacit supports. Strings become
 * dictionary codes or numbers, dates and DECIMALs of different scales one unit; everything is exact.
 */
export function bindComparison(op: CompareOp, left: Scalar, right: Scalar, at: Position): Scalar {
  if (isNullConstant(left) || isNullConstant(right)) return truth(null, at);
  const [a, b] = [textOf(left), textOf(right)];
  if (a !== undefined && b !== undefined) return truth(holds(op, compareUtf8(a, b)), at);
  if (a !== undefined) return compareWithText(MIRRORED[op], right, a, left.at, at);
  if (b !== undefined) return compareWithText(op, left, b, right.at, at);
  if (left.type.kind === 'varchar' && right.type.kind === 'varchar') {
    const [x = left, y = right] = unifyText([left, right], at);
    return compare(op, x, y, at);
  }
  requireComparable(left.type, right.type, at);
  if (isDouble(left) || isDouble(right)) return compareDoubles(op, left, right, at);
  if (left.kind === 'constant' && right.kind !== 'constant') {
    return compareWithConstant(MIRRORED[op], right, left, at);
  }
  if (right.kind === 'constant' && left.kind !== 'constant') {
    return compareWithConstant(op, left, right, at);
  }
  const [p, q] = [unitOf(left.type), unitOf(right.type)];
  if (p < q) return foldNode(compare(op, inUnit(left, q / p, right.type), right, at));
  return foldNode(compare(op, left, inUnit(right, p / q, left.type), at));
}

function inUnit(scalar: Scalar, factor: bigint, type: SqlType): Scalar {
  return factor === 1n ? scalar : foldNode(scaled(scalar, factor, type));
}

/** Encoded units per 1 (numbers) or per day (dates): the unit of the finer type is a multiple of the other. */
function unitOf(type: SqlType): bigint {
  if (type.kind === 'timestamp') return DAY_MICROSECONDS;
  return 10n ** BigInt(scaleOf(type));
}

/** Moves the constant to the operand's unit; a constant between two values rounds the right way. */
function compareWithConstant(
  op: CompareOp,
  operand: Scalar,
  constant: Scalar,
  at: Position,
): Scalar {
  const value = constant.kind === 'constant' ? constant.value : undefined;
  if (typeof value !== 'bigint') return compare(op, operand, constant, at);
  const [unit, given] = [unitOf(operand.type), unitOf(constant.type)];
  if (unit >= given) {
    const moved = number(value * (unit / given), operand.type, constant.at);
    return compare(op, operand, moved, at);
  }
  const ratio = given / unit;
  const floor = quotient('floor', value, ratio);
  const below = number(floor, operand.type, constant.at);
  if (floor * ratio === value) return compare(op, operand, below, at);
  return betweenValues(op, operand, below, at);
}

/** `operand op c` for a c that lies between `below` and the next value that the operand can have. */
function betweenValues(op: CompareOp, operand: Scalar, below: Scalar, at: Position): Scalar {
  if (op === '=' || op === '<>') return unlessNull(op === '<>', [operand], at);
  return compare(op === '<' || op === '<=' ? '<=' : '>', operand, below, at);
}

function requireComparable(left: SqlType, right: SqlType, at: Position): void {
  if (family(left) === family(right)) return;
  const kinds = [left.kind, right.kind];
  const flagAndNumber = kinds.includes('boolean') && kinds.some((k) => k === 'integer');
  if (!flagAndNumber) {
    const what = `cannot compare ${printType(left)} with ${printType(right)}`;
    throw new TacitError('SQL_TYPE', what, at);
  }
}

function family(type: SqlType): string {
  if (isNumeric(type) || type.kind === 'double') return 'number';
  return type.kind === 'timestamp' ? 'date' : type.kind;
}

function compareWithText(
  op: CompareOp,
  operand: Scalar,
  text: string,
  textAt: Position,
  at: Position,
): Scalar {
  const { dictionary, bytes, type } = operand;
  if (bytes !== undefined) return compareWithBytes(op, operand, bytes, text, textAt, at);
  if (dictionary !== undefined) {
    const codes = codesWhere(dictionary, (word) => holds(op, compareUtf8(word, text)));
    return foldNode(member(operand, codes, at));
  }
  if (type.kind === 'double') {
    throw new TacitError('SQL_TYPE', 'cannot compare DOUBLE with VARCHAR', at);
  }
  return bindComparison(op, operand, castText(text, type, textAt), at);
}

/** A constant longer than the text can be lies just above its own beginning. */
function compareWithBytes(
  op: CompareOp,
  operand: Scalar,
  bytes: number,
  text: string,
  textAt: Position,
  at: Position,
): Scalar {
  const code = number(encodeText(text, bytes, textAt), operand.type, textAt);
  const below: Scalar = { ...code, bytes };
  const longer = encodeUtf8(text).length > bytes;
  return longer ? betweenValues(op, operand, below, at) : compare(op, operand, below, at);
}
