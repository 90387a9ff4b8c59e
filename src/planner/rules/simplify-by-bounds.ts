import { foldNode } from '../logical/fold.ts';
import { extreme } from '../logical/make-choice.ts';
import { steps } from '../logical/make-steps.ts';
import { mapScalars, rewriteScalar } from '../logical/rewrite.ts';
import { type Scalar, type ScalarOf, textFacts } from '../logical/scalar.ts';
import type { Rule } from './rule.ts';

/**
 * Bounds make arithmetic cheaper: GREATEST(age, 200) with age in 0..120 is 200, `x % 100` with x in 0..50 is x, and a step
 * function of a step function is one. Comparisons have a rule of their own.
 */
export const simplifyByBounds: Rule = {
  name: 'simplifyByBounds',
  apply: (plan) => mapScalars(plan, (scalar) => rewriteScalar(scalar, simplify)),
};

function simplify(node: Scalar): Scalar {
  switch (node.kind) {
    case 'extreme':
      return simplifyExtreme(node);
    case 'remainder':
      return simplifyRemainder(node);
    case 'steps':
      return node.operand.kind === 'steps' ? compose(node, node.operand) : node;
    default:
      return node;
  }
}

/** An operand that another one always beats goes; one that may be NULL beats none. */
function simplifyExtreme(node: ScalarOf<'extreme'>): Scalar {
  const { fn, operands } = node;
  const beats = (a: Scalar, b: Scalar) =>
    !a.nullable &&
    (fn === 'greatest' ? a.bounds.min >= b.bounds.max : a.bounds.max <= b.bounds.min);
  const kept = operands.filter(
    (operand, k) =>
      !operands.some(
        (other, j) => j !== k && beats(other, operand) && !(j > k && beats(operand, other)),
      ),
  );
  if (kept.length === operands.length || kept.length === 0) return node;
  const better = foldNode(extreme(fn, kept, node.type, node.at));
  // Dropped operands are not NULL everywhere the kept ones are: those never are.
  return better.nullable && !node.nullable ? node : better;
}

function simplifyRemainder(node: ScalarOf<'remainder'>): Scalar {
  const { dividend, divisor } = node;
  const value = divisor.kind === 'constant' ? divisor.value : null;
  if (typeof value !== 'bigint' || value === 0n) return node;
  const size = value < 0n ? -value : value;
  const small = dividend.bounds.min > -size && dividend.bounds.max < size;
  return small ? { ...dividend, type: node.type } : node;
}

function compose(outer: ScalarOf<'steps'>, inner: ScalarOf<'steps'>): Scalar {
  const values = inner.values.map((value) => {
    const above = outer.breaks.findIndex((start) => value < start);
    return outer.values[above < 0 ? outer.breaks.length : above] ?? 0n;
  });
  return steps(inner.operand, inner.breaks, values, outer.type, outer.at, textFacts(outer));
}
