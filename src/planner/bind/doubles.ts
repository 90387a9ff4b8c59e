import { printType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import { choose } from '../logical/make-choice.ts';
import { ratio } from '../logical/make-ratio.ts';
import { quotientToDouble } from '../logical/nearest-double.ts';
import { larger, magnitude, mayBeZero } from '../logical/quotient.ts';
import {
  arithmetic,
  compare,
  DOUBLE,
  HUGEINT,
  isNull,
  isNullConstant,
  isNumeric,
  logic,
  nullOf,
  number,
  type RealStep,
  type Scalar,
  type ScalarOf,
  scaleOf,
} from '../logical/scalar.ts';
import { exactFraction } from './double-constant.ts';
import { castDouble } from './literals.ts';

export type Ratio = ScalarOf<'ratio'>;

/** Integers up to here are doubles. */
export const DOUBLE_INTEGER_MAX = 2n ** 53n;

export function isDouble({ type }: Scalar): boolean {
  return type.kind === 'double';
}

/** A number, BOOLEAN or string literal as a DOUBLE; NULL stays NULL. */
export function asDouble(scalar: Scalar, at: Position): Ratio | ScalarOf<'constant'> {
  if (scalar.kind === 'ratio') return scalar;
  if (isNullConstant(scalar)) return nullOf(DOUBLE, at);
  if (scalar.kind === 'constant' && typeof scalar.value === 'string') {
    return asDouble(castDouble(scalar.value, at), at);
  }
  if (!isNumeric(scalar.type) && scalar.type.kind !== 'boolean') {
    throw new TacitError('SQL_TYPE', `${printType(scalar.type)} is not a number`, at);
  }
  const unit = 10n ** BigInt(scaleOf(scalar.type));
  const roundings = isExactDouble(scalar) ? 0 : 1;
  return ratio(unscaled(scalar), number(unit, HUGEINT, at), roundings, [], at);
}

/** The integer that encodes a number, as a number of its own. */
export function unscaled(scalar: Scalar): Scalar {
  if (scalar.type.kind === 'boolean') {
    const { bounds, nullable, at } = scalar;
    return foldNode({
      ...{ kind: 'scaled', operand: scalar, factor: 1n, type: HUGEINT, bounds, nullable, at },
    });
  }
  if (scalar.kind !== 'constant') return { ...scalar, type: HUGEINT };
  return typeof scalar.value === 'bigint' ? number(scalar.value, HUGEINT, scalar.at) : scalar;
}

/** Whether every value of an exact number is a double, so that its cast rounds nothing. */
export function isExactDouble(scalar: Scalar): boolean {
  const { min, max } = scalar.bounds;
  if (larger(magnitude(min), magnitude(max)) > DOUBLE_INTEGER_MAX) return false;
  return divisorOf(scalar) % 5n ** BigInt(scaleOf(scalar.type)) === 0n;
}

/** An integer that divides all values. */
function divisorOf(scalar: Scalar): bigint {
  switch (scalar.kind) {
    case 'constant':
      return typeof scalar.value === 'bigint' ? scalar.value : 0n;
    case 'scaled':
      return scalar.factor * divisorOf(scalar.operand);
    case 'negate':
      return divisorOf(scalar.operand);
    case 'arithmetic': {
      const [left, right] = [divisorOf(scalar.left), divisorOf(scalar.right)];
      return scalar.op === '*' ? left * right : gcd(left, right);
    }
    default:
      return 1n;
  }
}

export function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? magnitude(a) : gcd(b, a % b);
}

/** The DOUBLE constant of a finite number. */
export function doubleOf(value: number, at: Position): Ratio {
  if (!Number.isFinite(value)) {
    throw new TacitError('SQL_OVERFLOW', 'the DOUBLE constant is too large', at);
  }
  const [n, d] = exactFraction(value);
  return ratio(number(n, HUGEINT, at), number(d, HUGEINT, at), 0, [], at);
}

/** The value of a constant DOUBLE. */
export function constantDouble(scalar: Scalar): number | undefined {
  if (scalar.kind !== 'ratio' || scalar.after.length > 0) return undefined;
  const [n, d] = [integerOf(scalar.numerator), integerOf(scalar.denominator)];
  if (n === undefined || d === undefined || d === 0n) return undefined;
  return d < 0n ? quotientToDouble(-n, -d) : quotientToDouble(n, d);
}

export function integerOf(scalar: Scalar): bigint | undefined {
  return scalar.kind === 'constant' && typeof scalar.value === 'bigint' ? scalar.value : undefined;
}

/** Whether the scalar, of any type, is NULL. */
export function isMissing(scalar: Scalar, at: Position): Scalar {
  if (scalar.kind !== 'ratio') return isNull(scalar, at);
  const { numerator, denominator } = scalar;
  const parts = [numerator, denominator].filter((s) => s.nullable).map((s) => isNull(s, at));
  const zero = mayBeZero(denominator.bounds) ? [isZero(denominator, at)] : [];
  return parts.length + zero.length === 0
    ? isNull(numerator, at)
    : logic('or', [...parts, ...zero], at);
}

function isZero(scalar: Scalar, at: Position): Scalar {
  return compare('=', scalar, number(0n, scalar.type, at), at);
}

/** Denominator that is not 0, or nothing: NULL where it is. */
export function orNullIfZero(scalar: Scalar, at: Position): Scalar {
  if (!mayBeZero(scalar.bounds)) return scalar;
  const branch = { when: isZero(scalar, at), then: nullOf(scalar.type, at) };
  return choose([branch], scalar, scalar.type, at);
}

/** a op b over the integers that ratios are made of. */
export function exact(op: '+' | '-' | '*', a: Scalar, b: Scalar, at: Position): Scalar {
  if (op === '*' && integerOf(a) === 1n) return b;
  if (op === '*' && integerOf(b) === 1n) return a;
  return foldNode(arithmetic(op, a, b, HUGEINT, at));
}

/** The ratio with one more step that the analyst applies. */
export function withStep(scalar: Ratio, step: RealStep): Ratio {
  return { ...scalar, after: [...scalar.after, step] };
}
