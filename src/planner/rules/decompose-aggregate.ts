import { choose } from '../logical/make-choice.ts';
import type { Aggregate } from '../logical/plan.ts';
import { conjuncts } from '../logical/rewrite.ts';
import {
  arithmetic,
  BIGINT,
  compare,
  isNull,
  logic,
  not,
  nullOf,
  number,
  type Scalar,
} from '../logical/scalar.ts';
import type { After, Later, Sides } from './grouped-side.ts';
import type { PartialGroups } from './partial-groups.ts';

/** What an aggregate reads, by the sides of the join. */
interface Parts {
  /** Factors of the operand, and conditions, over the side that is grouped. */
  readonly own: Read;
  /** As they are over the join. */
  readonly other: Read;
}

interface Read {
  readonly factors: readonly Scalar[];
  readonly conditions: readonly Scalar[];
}

/**
 * An aggregate over a join as one over the join whose one side is grouped: it collects in `partial` what it needs of these groups.
 * SUM(x * y) with x of the side and y not is SUM(y * SUM(x)). Undefined if it needs both sides otherwise.
 */
export function decompose(
  aggregate: Aggregate,
  sides: Sides,
  partial: PartialGroups,
): Later<Aggregate> | undefined {
  const parts = partsOf(aggregate, sides);
  if (parts === undefined) return undefined;
  return parts.own.factors.length > 0
    ? overParts(aggregate, parts, partial)
    : overRows(aggregate, parts, partial);
}

function partsOf({ fn, operand, filter }: Aggregate, sides: Sides): Parts | undefined {
  const conditions = split(filter === undefined ? [] : conjuncts(filter), sides);
  const factors = split(
    operand === undefined ? [] : fn === 'sum' ? factorsOf(operand) : [operand],
    sides,
  );
  if (conditions === undefined || factors === undefined) return undefined;
  return {
    own: { factors: factors.own, conditions: conditions.own },
    other: { factors: factors.other, conditions: conditions.other },
  };
}

function split(scalars: readonly Scalar[], sides: Sides) {
  const other = scalars.filter((scalar) => sides.isOfOther(scalar));
  const own = scalars.filter((scalar) => !other.includes(scalar));
  if (!own.every((scalar) => sides.isOfOwn(scalar))) return undefined;
  return { own: own.map((scalar) => sides.own(scalar)), other };
}

function factorsOf(scalar: Scalar): Scalar[] {
  if (scalar.kind !== 'arithmetic' || scalar.op !== '*') return [scalar];
  return [...factorsOf(scalar.left), ...factorsOf(scalar.right)];
}

/** From the same aggregate of the groups. */
function overParts(aggregate: Aggregate, { own, other }: Parts, partial: PartialGroups) {
  const { fn, label, at } = aggregate;
  const place = partial.aggregate({
    ...{ fn, label, at, operand: product(own.factors, aggregate) },
    ...(own.conditions.length > 0 && { filter: logic('and', own.conditions, at) }),
  });
  return (after: After): Aggregate => {
    const factors = [...other.factors.map((each) => after.other(each)), after.column(place, at)];
    return finished(aggregate, fn === 'count' ? 'sum' : fn, product(factors, aggregate), [
      ...other.conditions.map((each) => after.other(each)),
    ]);
  };
}

/** From values of the other side, as often as the groups have rows that count. */
function overRows(aggregate: Aggregate, { own, other }: Parts, partial: PartialGroups) {
  const { fn, label, at } = aggregate;
  const isCount = fn === 'countStar' || fn === 'count';
  const filtered = own.conditions.length > 0;
  // Values alone say nothing of how many rows there are.
  const place =
    isCount || fn === 'sum' || filtered
      ? partial.count(filtered ? { filter: logic('and', own.conditions, at), label } : undefined)
      : undefined;
  return (after: After): Aggregate => {
    const conditions = other.conditions.map((each) => after.other(each));
    const values = other.factors.map((each) => after.other(each));
    if (place === undefined) return finished(aggregate, fn, values[0], conditions);
    const rows = filtered ? after.column(place, at) : after.rows(place, at);
    if (isCount) {
      const present = values.filter(({ nullable }) => nullable).map((v) => not(isNull(v, at), at));
      return finished(aggregate, 'sum', rows, [...conditions, ...present]);
    }
    if (filtered) conditions.push(compare('>', rows, number(0n, BIGINT, at), at));
    if (fn !== 'sum') return finished(aggregate, fn, values[0], conditions);
    return finished(
      aggregate,
      'sum',
      times(product(values, aggregate), rows, aggregate),
      conditions,
    );
  };
}

function finished(
  { filter: _, operand: __, ...rest }: Aggregate,
  fn: Aggregate['fn'],
  operand: Scalar | undefined,
  conditions: readonly Scalar[],
): Aggregate {
  return {
    ...{ ...rest, fn },
    ...(operand && { operand }),
    ...(conditions.length > 0 && { filter: logic('and', conditions, rest.at) }),
  };
}

function product(factors: readonly Scalar[], { type, at }: Aggregate): Scalar {
  return factors.reduce((left, right) => arithmetic('*', left, right, type, at));
}

function times(value: Scalar, rows: Scalar, { type, at }: Aggregate): Scalar {
  if (value.type.kind !== 'boolean') return arithmetic('*', value, rows, type, at);
  const unknown = value.nullable ? [{ when: isNull(value, at), then: nullOf(BIGINT, at) }] : [];
  return choose([...unknown, { when: value, then: rows }], number(0n, BIGINT, at), BIGINT, at);
}
