import type { Aggregate } from '../logical/plan.ts';
import { mapNodes } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';

/** COUNT(x) is COUNT(*) if x is never NULL: x need not be read. */
export const countRowsWhereNothingIsNull: Rule = {
  name: 'countRowsWhereNothingIsNull',
  apply: (plan) =>
    mapNodes(plan, (node) => {
      if (node.kind !== 'aggregate' || !node.aggregates.some(isCountOfAll)) return node;
      return { ...node, aggregates: node.aggregates.map(countRows) };
    }),
};

function isCountOfAll({ fn, operand }: Aggregate): boolean {
  return fn === 'count' && operand?.nullable === false;
}

function countRows(aggregate: Aggregate): Aggregate {
  if (!isCountOfAll(aggregate)) return aggregate;
  const { operand: _, ...rest } = aggregate;
  return { ...rest, fn: 'countStar' };
}
