import { mapNodes } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';

/** COUNT(x) is COUNT(*) if x is never NULL: x need not be read. */
export const countRowsWhereNothingIsNull: Rule = {
  name: 'countRowsWhereNothingIsNull',
  apply: (plan) =>
    mapNodes(plan, (node) => {
      if (node.kind !== 'aggregate') return node;
      const countable = node.aggregates.map(
        (a) => a.fn === 'count' && a.operand?.nullable === false,
      );
      if (!countable.includes(true)) return node;
      const aggregates = node.aggregates.map((aggregate, k) => {
        if (!countable[k]) return aggregate;
        const { type, label, at } = aggregate;
        return { fn: 'countStar', type, label, at } as const;
      });
      return { ...node, aggregates };
    }),
};
