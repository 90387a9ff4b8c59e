import { DAY_MICROSECONDS } from '../../catalog/calendar.ts';
import { codesWhere, compareUtf8 } from '../../catalog/dictionary.ts';
import { columnOf } from '../../catalog/lookup.ts';
import type { TableVersion } from '../../catalog/table.ts';
import { printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { CompareOp } from '../../parser/syntax.ts';
import { holds, MIRRORED } from '../logical/compare-operators.ts';
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
import { castText } from './literals.ts';

/**
 * `left op right` over bound operands of any types that DuckDB compares and Tacit supports. Strings become
 * dictionary codes, dates and DECIMALs of different scales one unit; everything is exact.
 */
export function bindComparison(
  op: CompareOp,
  left: Scalar,
  right: Scalar,
  table: TableVersion | undefined,
  at: Position,
): Scalar {
  if (isNullConstant(left) || isNullConstant(right)) return truth(null, at);
  if (left.type.kind === 'varchar' || right.type.kind === 'varchar') {
    return compareStrings(op, left, right, table, at);
  }
  requireComparable(left.type, right.type, at);
  if (left.kind === 'constant' && right.kind !== 'constant') {
    return compareWithConstant(MIRRORED[op], right, left, at);
  }
  if (right.kind === 'constant' && left.kind !== 'constant') {
    return compareWithConstant(op, left, right, at);
  }
  const [a, b] = [unitOf(left.type), unitOf(right.type)];
  if (a < b) return compare(op, scaled(left, b / a, right.type), right, at);
  return compare(op, left, scaled(right, a / b, left.type), at);
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
  const floor = value >= 0n ? value / ratio : -((-value + ratio - 1n) / ratio);
  const below = number(floor, operand.type, constant.at);
  if (floor * ratio === value) return compare(op, operand, below, at);
  if (op === '=' || op === '<>') return unlessNull(op === '<>', [operand], at);
  return compare(op === '<' || op === '<=' ? '<=' : '>', operand, below, at);
}

function requireComparable(left: SqlType, right: SqlType, at: Position): void {
  if (family(left) === family(right)) return;
  const kinds = [left.kind, right.kind];
  const flagAndNumber = kinds.includes('boolean') && kinds.some((k) => k === 'integer');
  if (!flagAndNumber) throw incomparable(left, right, at);
}

function family(type: SqlType): string {
  if (isNumeric(type)) return 'number';
  return type.kind === 'timestamp' ? 'date' : type.kind;
}

function incomparable(left: SqlType, right: SqlType, at: Position): TacitError {
  return new TacitError(
    'SQL_TYPE',
    `cannot compare ${printType(left)} with ${printType(right)}`,
    at,
  );
}

function compareStrings(
  op: CompareOp,
  left: Scalar,
  right: Scalar,
  table: TableVersion | undefined,
  at: Position,
): Scalar {
  const [a, b] = [textOf(left), textOf(right)];
  if (a !== undefined && b !== undefined) return truth(holds(op, compareUtf8(a, b)), at);
  if (a !== undefined) return compareWithText(MIRRORED[op], right, a, left.at, table, at);
  if (b !== undefined) return compareWithText(op, left, b, right.at, table, at);
  const [first, second] = [dictionaryOf(left, table), dictionaryOf(right, table)];
  if (first === undefined || second === undefined) throw incomparable(left.type, right.type, at);
  if (first.length !== second.length || first.some((value, code) => value !== second[code])) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      'comparing two text columns with different dictionaries is not supported',
      at,
    );
  }
  return compare(op, left, right, at);
}

function compareWithText(
  op: CompareOp,
  operand: Scalar,
  text: string,
  textAt: Position,
  table: TableVersion | undefined,
  at: Position,
): Scalar {
  const dictionary = dictionaryOf(operand, table);
  if (dictionary !== undefined) {
    return member(
      operand,
      codesWhere(dictionary, (v) => holds(op, compareUtf8(v, text))),
      at,
    );
  }
  return bindComparison(op, operand, castText(text, operand.type, textAt), table, at);
}

function textOf(scalar: Scalar): string | undefined {
  return scalar.kind === 'constant' && typeof scalar.value === 'string' ? scalar.value : undefined;
}

function dictionaryOf(
  scalar: Scalar,
  table: TableVersion | undefined,
): readonly string[] | undefined {
  if (scalar.kind !== 'column' || table === undefined || scalar.type.kind !== 'varchar') {
    return undefined;
  }
  const { dictionary, name } = columnOf(table, scalar.column);
  if (dictionary !== undefined) return dictionary;
  throw new TacitError(
    'SQL_UNSUPPORTED',
    `"${name}" has no dictionary; text without one cannot be compared yet`,
    scalar.at,
  );
}
