import { NEGATED } from '../logical/compare-operators.ts';
import { mapScalars, rewriteScalar } from '../logical/rewrite.ts';
import { compare, logic, not, type Scalar } from '../logical/scalar.ts';
import type { Rule } from './rule.ts';

/**
 * NOT goes down to the leaves: `NOT (a < 1 OR b)` is `a >= 1 AND NOT b`, `NOT NOT x` is x. It costs nothing there, and other
 * rules see plain comparisons. Three-valued logic allows all of it, De Morgan included.
 */
export const pushNotInward: Rule = {
  name: 'pushNotInward',
  apply: (plan) => mapScalars(plan, (scalar) => rewriteScalar(scalar, push)),
};

function push(node: Scalar): Scalar {
  if (node.kind !== 'not') return node;
  const { operand, at } = node;
  switch (operand.kind) {
    case 'not':
      return operand.operand;
    case 'compare':
      return compare(NEGATED[operand.op], operand.left, operand.right, operand.at);
    case 'logic': {
      const negated = operand.operands.map((o) => push(not(o, at)));
      return logic(operand.op === 'and' ? 'or' : 'and', negated, operand.at);
    }
    default:
      return node;
  }
}
