import { type Position, TacitError } from '../../errors/tacit-error.ts';
import type { CompareOp } from '../../parser/syntax.ts';
import { MIRRORED } from '../logical/compare-operators.ts';
import { foldNode } from '../logical/fold.ts';
import { choose, truthWhere } from '../logical/make-choice.ts';
import { absolute } from '../logical/make-division.ts';
import { ratio } from '../logical/make-ratio.ts';
import { larger, magnitude, mayBeZero } from '../logical/quotient.ts';
import { scalarKey } from '../logical/rewrite.ts';
import {
  compare,
  HUGEINT,
  logic,
  negate,
  not,
  number,
  type Scalar,
  truth,
} from '../logical/scalar.ts';
import {
  asDouble,
  DOUBLE_INTEGER_MAX,
  exact,
  gcd,
  integerOf,
  isMissing,
  type Ratio,
} from './doubles.ts';

/**
 * A comparison of which a side is a DOUBLE, exactly: the sides are multiplied by each other's denominators. Equals DuckDB's
 * wherever each side is rounded once; the others are refused.
 */
export function compareDoubles(op: CompareOp, left: Scalar, right: Scalar, at: Position): Scalar {
  const [a, b] = [asDouble(left, at), asDouble(right, at)];
  if (a.kind !== 'ratio' || b.kind !== 'ratio') return truth(null, at);
  if (isRoot(b) && !isRoot(a)) return compareDoubles(MIRRORED[op], b, a, at);
  if (isRoot(a)) return compareRoot(op, a, b, at);
  for (const side of [a, b]) requireExact(side, at);
  return cross(op, a, b, at);
}

function isRoot({ after }: Ratio): boolean {
  return after.length === 1 && after[0]?.fn === 'sqrt';
}

/** STDDEV with a constant, or with another: their squares compare alike. */
function compareRoot(op: CompareOp, root: Ratio, other: Ratio, at: Position): Scalar {
  const radicand = { ...root, after: [] };
  if (isRoot(other)) return cross(op, radicand, { ...other, after: [] }, at);
  const [n, d] = [integerOf(other.numerator), integerOf(other.denominator)];
  if (n === undefined || d === undefined || other.after.length > 0) {
    throw inexact('a STDDEV is compared with constants only; compare the VARIANCE instead', at);
  }
  if (n < 0n) {
    const present = not(isMissing(radicand, at), at);
    return truthWhere(present, op === '>' || op === '>=' || op === '<>', at);
  }
  const square = ratio(number(n * n, HUGEINT, at), number(d * d, HUGEINT, at), 0, [], at);
  return cross(op, radicand, square, at);
}

function requireExact({ numerator, denominator, roundings, after }: Ratio, at: Position): void {
  if (after.length > 0) {
    throw inexact(
      'comparing a DOUBLE that was scaled or rounded; move the constant to the other side',
      at,
    );
  }
  if (roundings > 1) {
    throw inexact(
      'comparing a DOUBLE that DuckDB rounds several times; write SUM(x) > c * COUNT(*) instead of SUM(x) / COUNT(*) > c',
      at,
    );
  }
  const { min, max } = numerator.bounds;
  const wide = larger(magnitude(min), magnitude(max)) > DOUBLE_INTEGER_MAX;
  if (wide && integerOf(numerator) === undefined && integerOf(denominator) !== undefined) {
    throw inexact(
      'comparing numbers of more than 15 digits with a DOUBLE; write the number without an exponent',
      at,
    );
  }
}

function inexact(what: string, at: Position): TacitError {
  return new TacitError('SQL_UNSUPPORTED', `not exact: ${what}`, at);
}

function cross(op: CompareOp, left: Ratio, right: Ratio, at: Position): Scalar {
  const [a, b] = [positive(left, at), positive(right, at)];
  const [d1, d2] = commonFactorFree(a.denominator, b.denominator, at);
  const sides = [exact('*', a.numerator, d2, at), exact('*', b.numerator, d1, at)] as const;
  const result = foldNode(compare(op, ...sides, at));
  const zero = [a, b].filter(({ denominator }) => mayBeZero(denominator.bounds));
  if (zero.length === 0) return result;
  const conditions = zero.map(({ denominator }) =>
    compare('<>', denominator, number(0n, HUGEINT, at), at),
  );
  return truthWhere(logic('and', conditions, at), result, at);
}

/** The same ratio with a denominator that is not negative. */
function positive(r: Ratio, at: Position): Ratio {
  const { numerator, denominator } = r;
  if (denominator.bounds.min >= 0n) return r;
  const minus = foldNode(negate(numerator, HUGEINT, at));
  const size = foldNode(absolute(denominator, HUGEINT, at));
  if (denominator.bounds.max <= 0n) return { ...r, numerator: minus, denominator: size };
  const below = compare('<', denominator, number(0n, HUGEINT, at), at);
  const signed = choose([{ when: below, then: minus }], numerator, HUGEINT, at);
  return { ...r, numerator: signed, denominator: size };
}

function commonFactorFree(a: Scalar, b: Scalar, at: Position): readonly [Scalar, Scalar] {
  const one = number(1n, HUGEINT, at);
  if (scalarKey(a) === scalarKey(b)) return [one, one];
  const [x, y] = [integerOf(a), integerOf(b)];
  if (x === undefined || y === undefined) return [a, b];
  const common = gcd(x, y);
  return common === 0n
    ? [a, b]
    : [number(x / common, HUGEINT, at), number(y / common, HUGEINT, at)];
}
