import { printType, type SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { ArithmeticOp } from '../../parser/syntax.ts';
import { arithmeticType, combineNumbers, fitsDecimal } from '../logical/arithmetic-types.ts';
import { foldNode } from '../logical/fold.ts';
import { divide, remainder } from '../logical/make-division.ts';
import {
  arithmetic,
  DOUBLE,
  INTEGER,
  isNullConstant,
  isNumeric,
  negate,
  nullOf,
  retype,
  type Scalar,
  scaled,
  scaleOf,
} from '../logical/scalar.ts';
import type { Operand } from './binder.ts';
import { bindDateArithmetic, isTime } from './date-arithmetic.ts';
import { doubleArithmetic, negateDouble } from './double-arithmetic.ts';
import { isDouble } from './doubles.ts';
import { convert, literalType } from './joint-type.ts';

/** `left op right` over numbers and dates, with DuckDB's types. */
export function bindArithmetic(
  op: ArithmeticOp,
  left: Operand,
  right: Operand,
  at: Position,
): Scalar {
  if (isTime(left.scalar.type) || isTime(right.scalar.type)) {
    return bindDateArithmetic(op, left.scalar, right.scalar, at);
  }
  const [a, b] = withLiteralTypes(left, right);
  for (const side of [a, b]) {
    if (!isNullConstant(side)) requireNumber(side, op);
  }
  if (isNullConstant(a) || isNullConstant(b)) {
    const other = isNullConstant(a) ? b.type : a.type;
    return nullOf(op === '/' ? DOUBLE : other.kind === 'decimal' ? INTEGER : other, at);
  }
  if (op === '/' || isDouble(a) || isDouble(b)) return overDoubles(op, a, b, at);
  if (op === '//' || op === '%') return bindIntegerDivision(op, a, b, at);
  const type = arithmeticType(op, a.type, b.type, at);
  if (op === '*') return foldNode(arithmetic(op, a, b, type, at));
  const [x, y] = [a, b].map((side) => rescale(side, scaleOf(type)));
  return foldNode(arithmetic(op, x ?? a, y ?? b, type, at));
}

function withLiteralTypes(left: Operand, right: Operand): readonly [Scalar, Scalar] {
  const [a, b] = [left.scalar, right.scalar];
  if (left.literal && !right.literal) return [retype(a, literalType(a, b.type)), b];
  if (right.literal && !left.literal) return [a, retype(b, literalType(b, a.type))];
  return [a, b];
}

function overDoubles(op: ArithmeticOp, a: Scalar, b: Scalar, at: Position): Scalar {
  if (op === '%') {
    throw new TacitError('SQL_UNSUPPORTED', '"%" of a DOUBLE is not supported', at);
  }
  return doubleArithmetic(op === '//' ? '/' : op, a, b, at);
}

/** DuckDB divides DECIMALs by // as doubles. */
function bindIntegerDivision(op: '//' | '%', a: Scalar, b: Scalar, at: Position): Scalar {
  const type = combineNumbers(a.type, b.type);
  if (op === '//' && type.kind === 'decimal') return doubleArithmetic('/', a, b, at);
  // DuckDB's remainder of numbers that no DECIMAL holds both of is one.
  if (type.kind === 'decimal' && !fitsDecimal(a.type, b.type)) return overDoubles('%', a, b, at);
  const [x, y] = [convert(a, type, at), convert(b, type, at)];
  return foldNode(op === '//' ? divide('truncate', x, y, type, at) : remainder(x, y, type, at));
}

function rescale(scalar: Scalar, scale: number): Scalar {
  const from = scaleOf(scalar.type);
  if (from === scale) return scalar;
  const type = { kind: 'decimal', precision: 38, scale } as const;
  return foldNode(scaled(scalar, 10n ** BigInt(scale - from), type));
}

export function bindNegate(operand: Scalar, at: Position): Scalar {
  if (isNullConstant(operand)) return nullOf({ kind: 'integer', name: 'BIGINT' }, at);
  requireNumber(operand, '-');
  if (isDouble(operand)) return negateDouble(operand, at);
  return foldNode(negate(operand, operand.type, at));
}

/** Throws SQL_TYPE unless the scalar is a number. */
export function requireNumber({ type, at }: Scalar, what: string): void {
  if (isNumberType(type)) return;
  throw new TacitError('SQL_TYPE', `"${what}" on ${printType(type)}; it takes numbers`, at);
}

function isNumberType(type: SqlType): boolean {
  return isNumeric(type) || type.kind === 'double';
}
