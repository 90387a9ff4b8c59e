import { foldScalar, nullToFalse } from '../logical/fold.ts';
import { mapNodes } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';

/**
 * A filter keeps rows, and a join pairs, whose predicate is TRUE, so NULL may count as FALSE there: `a > 1 AND NULL` keeps nothing, and
 * `a > 1 OR NULL` keeps what `a > 1` keeps. Not below NOT, where NULL must stay NULL: `NOT (a > 1 AND NULL)` keeps a <= 1.
 */
export const treatNullAsFalseInFilter: Rule = {
  name: 'treatNullAsFalseInFilter',
  apply: (plan) =>
    mapNodes(plan, (node) => {
      if (node.kind === 'join' && node.condition !== undefined) {
        const condition = nullToFalse(node.condition);
        return condition === node.condition ? node : { ...node, condition: foldScalar(condition) };
      }
      if (node.kind !== 'filter') return node;
      const predicate = nullToFalse(node.predicate);
      return predicate === node.predicate ? node : { ...node, predicate: foldScalar(predicate) };
    }),
};
