import { printType } from '../../catalog/types.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { foldNode } from '../logical/fold.ts';
import { ratio } from '../logical/make-ratio.ts';
import type { RelationColumn } from '../logical/plan.ts';
import { hull } from '../logical/quotient.ts';
import {
  HUGEINT,
  isNullConstant,
  nullOf,
  number,
  type Scalar,
  scaled,
  textFacts,
} from '../logical/scalar.ts';
import { gcd, integerOf, type Ratio } from './doubles.ts';
import { unify } from './joint-type.ts';
import { textOf, toEncoded } from './text-encoding.ts';

/** A column of a set operation. */
export interface JointColumn {
  readonly name: string;
  /** The encoded values that it is made of, on each side. */
  readonly left: readonly Scalar[];
  readonly right: readonly Scalar[];
  readonly facts: readonly RelationColumn[];
  /** What becomes the column if its pieces are put in. */
  readonly template: Scalar;
}

/** Two columns in one type, unit and dictionary. Literals have a type of their own here, unlike in CASE. */
export function alike(
  name: string,
  left: Scalar,
  right: Scalar,
  what: string,
  at: Position,
): JointColumn {
  requireOneFamily([left, right], what, at);
  const operands = [left, right].map((scalar) => ({ scalar, literal: false }));
  const { scalars, type } = unify(operands, what, at);
  const [a = left, b = right] = scalars;
  if (type.kind === 'double') return alikeDoubles(name, a, b, at);
  const encoded = [a, b].map(toEncoded);
  const present = encoded.find((scalar) => !isNullConstant(scalar));
  const text = type.kind === 'varchar' ? textFacts(present ?? { dictionary: [''] }) : {};
  const [first = a, second = b] = encoded.map((scalar) => ({ ...scalar, type, ...text }));
  return columnOf(name, [[first, second]], first);
}

/** A string literal is text here, whatever stands on the other side. */
function requireOneFamily(scalars: readonly Scalar[], what: string, at: Position): void {
  const texts = scalars.filter((scalar) => textOf(scalar) !== undefined);
  const other = scalars.find((scalar) => scalar.type.kind !== 'varchar' && !isNullConstant(scalar));
  if (texts.length === 0 || other === undefined) return;
  const message = `${what} mixes VARCHAR with ${printType(other.type)}; cast one of them`;
  throw new TacitError('SQL_TYPE', message, at);
}

/** Quotients of one divisor if both divide by constants, else of two columns. */
function alikeDoubles(name: string, left: Scalar, right: Scalar, at: Position): JointColumn {
  const sides = [left, right].map((scalar): Ratio => {
    if (scalar.kind === 'ratio') return scalar;
    return ratio(nullOf(HUGEINT, at), number(1n, HUGEINT, at), 0, [], at);
  });
  const [a, b] = sides;
  if (a === undefined || b === undefined) throw new RangeError(name);
  if (
    JSON.stringify(a.after) !== JSON.stringify(b.after) &&
    !isNullConstant(left) &&
    !isNullConstant(right)
  ) {
    throw new TacitError(
      'SQL_UNSUPPORTED',
      'a set operation of DOUBLEs that were rounded or scaled differently is not supported',
      at,
    );
  }
  const roundings = Math.max(a.roundings, b.roundings);
  const { after } = isNullConstant(left) ? b : a;
  const [p, q] = [integerOf(a.denominator) ?? 0n, integerOf(b.denominator) ?? 0n];
  if (p <= 0n || q <= 0n) {
    const pairs = [[a.numerator, b.numerator] as const, [a.denominator, b.denominator] as const];
    return columnOf(name, pairs, ratio(a.numerator, a.denominator, roundings, after, at));
  }
  const common = (p / gcd(p, q)) * q;
  const first = times(a.numerator, common / p);
  const second = times(b.numerator, common / q);
  const template = ratio(first, number(common, HUGEINT, at), roundings, after, at);
  return columnOf(name, [[first, second]], template);
}

function times(scalar: Scalar, factor: bigint): Scalar {
  return isNullConstant(scalar) ? scalar : foldNode(scaled(scalar, factor, HUGEINT));
}

function columnOf(
  name: string,
  pieces: readonly (readonly [Scalar, Scalar])[],
  template: Scalar,
): JointColumn {
  const facts = pieces.map((pair): RelationColumn => {
    const present = pair.filter((scalar) => !isNullConstant(scalar));
    const [first] = pair;
    return {
      ...{ name, type: first.type, nullable: pair.some(({ nullable }) => nullable) },
      bounds: present.length === 0 ? first.bounds : hull(present.map(({ bounds }) => bounds)),
      ...textFacts(first),
    };
  });
  const left = pieces.map(([first]) => first);
  const right = pieces.map(([, second]) => second);
  return { name, left, right, facts, template };
}
