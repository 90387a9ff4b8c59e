import type { SqlType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import { choose } from '../logical/make-choice.ts';
import { absolute, divide } from '../logical/make-division.ts';
import { ratio } from '../logical/make-ratio.ts';
import { larger, magnitude } from '../logical/quotient.ts';
import { applyStep } from '../logical/real-steps.ts';
import {
  BIGINT,
  compare,
  DOUBLE,
  HUGEINT,
  isNullConstant,
  nullOf,
  number,
  type Rounding,
  type Scalar,
  scaled,
  scaleOf,
} from '../logical/scalar.ts';
import { requireNumber } from './arithmetic.ts';
import type { Call } from './binder.ts';
import { compareDoubles } from './compare-doubles.ts';
import {
  asDouble,
  constantDouble,
  DOUBLE_INTEGER_MAX,
  doubleOf,
  integerOf,
  isDouble,
  type Ratio,
  withStep,
} from './doubles.ts';

const ROUNDINGS: Readonly<Record<string, Rounding>> = {
  round: 'halfAway',
  floor: 'floor',
  ceil: 'ceil',
  ceiling: 'ceil',
  trunc: 'truncate',
};

/** ROUND, TRUNC with or without a number of digits; FLOOR, CEIL. */
export function bindRounding({ name, operands, at }: Call): Scalar {
  const [operand, places] = operands.map(({ scalar }) => scalar);
  const rounding = ROUNDINGS[name] ?? 'floor';
  const fraction = rounding === 'floor' || rounding === 'ceil';
  if (operand === undefined || isNullConstant(operand)) {
    return nullOf(fraction ? DOUBLE : BIGINT, at);
  }
  requireNumber(operand, name.toUpperCase());
  if (places !== undefined && isNullConstant(places)) return nullOf(operand.type, at);
  const digits = places === undefined ? 0 : digitsOf(places, name, at);
  if (operand.kind === 'ratio') return roundDouble(operand, rounding, name, digits, at);
  const rounded = roundExact(operand, rounding, digits, at);
  return fraction && scaleOf(operand.type) === 0 && operand.type.kind !== 'decimal'
    ? asDouble(rounded, at)
    : rounded;
}

function digitsOf(places: Scalar, name: string, at: Position): number {
  const value = integerOf(places);
  if (value !== undefined && places.type.kind === 'integer') return Number(value);
  throw new TacitError(
    'SQL_UNSUPPORTED',
    `${name.toUpperCase()} takes a constant number of digits`,
    at,
  );
}

/** Integers keep their type, DECIMALs their precision with as many digits after the point as asked for. */
function roundExact(operand: Scalar, rounding: Rounding, digits: number, at: Position): Scalar {
  const { type } = operand;
  const scale = scaleOf(type);
  if (digits >= scale) return operand;
  const kept = Math.max(0, digits);
  const rounded: SqlType = type.kind === 'decimal' ? { ...type, scale: kept } : type;
  // More digits than any number has: all are cut off.
  const cut = Math.min(scale - digits, 60);
  const unit = number(10n ** BigInt(cut), HUGEINT, at);
  const quotient = foldNode(divide(rounding, operand, unit, rounded, at));
  return foldNode(scaled(quotient, 10n ** BigInt(cut - (scale - kept)), rounded));
}

function roundDouble(
  operand: Ratio,
  rounding: Rounding,
  name: string,
  digits: number,
  at: Position,
): Scalar {
  const step = stepOf(operand, rounding, digits);
  const constant = constantDouble(operand);
  if (constant !== undefined && step !== undefined) return doubleOf(applyStep(constant, step), at);
  if (digits === 0 && isDecidable(operand)) {
    const { numerator, denominator } = operand;
    const whole = foldNode(divide(rounding, numerator, denominator, HUGEINT, at));
    return asDouble(whole, at);
  }
  if (operand.roundings > 1 && operand.after.length === 0) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      `${name.toUpperCase()} of a DOUBLE that DuckDB rounds several times is not exact; round AVG(x) or a quotient of integers instead`,
      at,
    );
  }
  if (step !== undefined) return withStep(operand, step);
  throw new TacitError(
    'SQL_UNSUPPORTED',
    `${name.toUpperCase()} of this DOUBLE is not supported; use FLOOR, CEIL or ROUND`,
    at,
  );
}

function stepOf({ numerator, denominator }: Ratio, rounding: Rounding, digits: number) {
  if (rounding === 'halfAway') return { fn: 'round', digits } as const;
  if (digits !== 0) return undefined;
  const [n, d] = [numerator.bounds, denominator.bounds];
  if (rounding !== 'truncate') return { fn: rounding === 'ceil' ? 'ceil' : 'floor' } as const;
  if (n.min >= 0n && d.min >= 0n) return { fn: 'floor' } as const;
  return n.max <= 0n && d.min >= 0n ? ({ fn: 'ceil' } as const) : undefined;
}

/** Whether the quotient lies so far from integers and halves that rounding it to a double changes nothing. */
function isDecidable({ numerator, roundings, after }: Ratio): boolean {
  const { min, max } = numerator.bounds;
  const most = larger(magnitude(min), magnitude(max));
  return roundings <= 1 && after.length === 0 && 4n * most < DOUBLE_INTEGER_MAX;
}

/** ABS. */
export function bindAbs({ operands, at }: Call): Scalar {
  const [operand] = operands.map(({ scalar }) => scalar);
  if (operand === undefined || isNullConstant(operand)) return nullOf(BIGINT, at);
  requireNumber(operand, 'ABS');
  if (operand.kind !== 'ratio') return foldNode(absolute(operand, operand.type, at));
  if (operand.after.length > 0) return withStep(operand, { fn: 'abs' });
  const [n, d] = [operand.numerator, operand.denominator].map((part) =>
    foldNode(absolute(part, HUGEINT, at)),
  );
  return ratio(n ?? operand, d ?? operand, operand.roundings, [], at);
}

/** SIGN: -1, 0 or 1 as TINYINT. */
export function bindSign({ operands, at }: Call): Scalar {
  const [operand] = operands.map(({ scalar }) => scalar);
  const type: SqlType = { kind: 'integer', name: 'TINYINT' };
  if (operand === undefined || isNullConstant(operand)) return nullOf(type, at);
  requireNumber(operand, 'SIGN');
  const zero = number(0n, isDouble(operand) ? HUGEINT : operand.type, at);
  const holds = (op: '<' | '>' | '=') =>
    isDouble(operand)
      ? compareDoubles(op, operand, zero, at)
      : foldNode(compare(op, operand, zero, at));
  const branches = (['<', '>', '='] as const).map((op, k) => ({
    when: holds(op),
    then: number([-1n, 1n, 0n][k] ?? 0n, type, at),
  }));
  const otherwise = operand.nullable ? nullOf(type, at) : number(0n, type, at);
  return foldNode(choose(operand.nullable ? branches : branches.slice(0, 2), otherwise, type, at));
}
