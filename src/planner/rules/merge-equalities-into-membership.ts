import { mapScalars, rewriteScalar, scalarKey } from '../logical/rewrite.ts';
import { logic, member, not, type Scalar } from '../logical/scalar.ts';
import type { Rule } from './rule.ts';

/**
 * `a = 1 OR a = 5 OR a IN (7, 9)` is `a IN (1, 5, 7, 9)`, and `a <> 1 AND a <> 5` is `NOT a IN (1, 5)`: one circuit shares
 * what the values have in common. Only for equal operands, which need not be columns.
 */
export const mergeEqualitiesIntoMembership: Rule = {
  name: 'mergeEqualitiesIntoMembership',
  apply: (plan) => mapScalars(plan, (scalar) => rewriteScalar(scalar, merge)),
};

function merge(node: Scalar): Scalar {
  if (node.kind !== 'logic') return node;
  const sets = new Map<string, { readonly operand: Scalar; readonly values: bigint[] }>();
  const rest: Scalar[] = [];
  for (const operand of node.operands) {
    const set = valuesOf(operand, node.op);
    if (set === undefined) {
      rest.push(operand);
      continue;
    }
    const key = scalarKey(set.operand);
    const known = sets.get(key) ?? { operand: set.operand, values: [] };
    known.values.push(...set.values);
    sets.set(key, known);
  }
  if (sets.size + rest.length === node.operands.length) return node;
  const merged = [...sets.values()].map(({ operand, values }) => {
    const set = member(operand, values, node.at);
    return node.op === 'or' ? set : not(set, node.at);
  });
  return logic(node.op, [...merged, ...rest], node.at);
}

/** The values that make the term TRUE (in an OR) or FALSE (in an AND), if it is such a term. */
function valuesOf(
  term: Scalar,
  op: 'and' | 'or',
): { readonly operand: Scalar; readonly values: readonly bigint[] } | undefined {
  if (term.kind === 'compare' && term.op === (op === 'or' ? '=' : '<>')) {
    const { left, right } = term;
    if (right.kind !== 'constant' || typeof right.value !== 'bigint') return undefined;
    return { operand: left, values: [right.value] };
  }
  const set = op === 'or' ? term : term.kind === 'not' ? term.operand : undefined;
  return set?.kind === 'member' ? set : undefined;
}
