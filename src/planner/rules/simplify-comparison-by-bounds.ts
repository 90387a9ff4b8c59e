import { MIRRORED } from '../logical/compare-operators.ts';
import { mapScalars, rewriteScalar } from '../logical/rewrite.ts';
import {
  compare,
  member,
  number,
  type Scalar,
  type ScalarOf,
  unlessNull,
} from '../logical/scalar.ts';
import type { Rule } from './rule.ts';

/**
 * Declared bounds decide comparisons: with age in 0..120, `age < 200` is TRUE and `age = 500` FALSE (NULL where age is NULL),
 * `age > 119` is `age = 120`. Values of an IN list that cannot occur are dropped.
 * Not when bounds overlap: then every row decides for itself.
 */
export const simplifyComparisonByBounds: Rule = {
  name: 'simplifyComparisonByBounds',
  apply: (plan) => mapScalars(plan, (scalar) => rewriteScalar(scalar, simplify)),
};

function simplify(node: Scalar): Scalar {
  if (node.kind === 'member') return simplifyMember(node);
  if (node.kind !== 'compare') return node;
  const { op, left, right, at } = node;
  if (left.kind === 'constant' && right.kind !== 'constant') {
    return simplify(compare(MIRRORED[op], right, left, at));
  }
  const decided = decide(node);
  if (decided !== undefined) return unlessNull(decided, [left, right], at);
  if (right.kind !== 'constant') return node;
  return narrow(node);
}

/** The comparison's value if the bounds alone tell it. */
function decide({ op, left, right }: ScalarOf<'compare'>): boolean | undefined {
  const [a, b] = [left.bounds, right.bounds];
  const apart = a.max < b.min || a.min > b.max;
  switch (op) {
    case '=':
      return apart ? false : undefined;
    case '<>':
      return apart ? true : undefined;
    case '<':
      return a.max < b.min ? true : a.min >= b.max ? false : undefined;
    case '<=':
      return a.max <= b.min ? true : a.min > b.max ? false : undefined;
    case '>':
      return a.min > b.max ? true : a.max <= b.min ? false : undefined;
    case '>=':
      return a.min >= b.max ? true : a.max < b.min ? false : undefined;
  }
}

/** A range of one value is an equality, all but one value an inequality. */
function narrow(node: ScalarOf<'compare'>): Scalar {
  const { op, left, right, at } = node;
  const { min, max } = left.bounds;
  const value = right.bounds.min;
  const end = (bound: bigint) => number(bound, left.type, right.at);
  const below = op === '<' ? value - 1n : op === '<=' ? value : undefined;
  const above = op === '>' ? value + 1n : op === '>=' ? value : undefined;
  if (below === min) return compare('=', left, end(min), at);
  if (above === max) return compare('=', left, end(max), at);
  if (below === max - 1n) return compare('<>', left, end(max), at);
  if (above === min + 1n) return compare('<>', left, end(min), at);
  return node;
}

function simplifyMember(node: ScalarOf<'member'>): Scalar {
  const { operand, values, at } = node;
  const { min, max } = operand.bounds;
  const possible = values.filter((value) => value >= min && value <= max);
  const [only] = possible;
  if (only === undefined) return unlessNull(false, [operand], at);
  if (BigInt(possible.length) === max - min + 1n) return unlessNull(true, [operand], at);
  if (possible.length === 1) return compare('=', operand, number(only, operand.type, at), at);
  return possible.length === values.length ? node : member(operand, possible, at);
}
