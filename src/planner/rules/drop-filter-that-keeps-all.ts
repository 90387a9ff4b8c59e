import { mapNodes } from '../logical/rewrite.ts';
import { constantTruth } from '../logical/scalar.ts';
import type { Rule } from './rule.ts';

/** `WHERE TRUE` is no filter; then counts are public row counts and sums need no flag. */
export const dropFilterThatKeepsAll: Rule = {
  name: 'dropFilterThatKeepsAll',
  apply: (plan) =>
    mapNodes(plan, (node) => {
      if (node.kind === 'filter') {
        return constantTruth(node.predicate) === true ? node.input : node;
      }
      if (node.kind !== 'join' || node.condition === undefined) return node;
      if (constantTruth(node.condition) !== true) return node;
      const { condition: _, ...rest } = node;
      return rest;
    }),
};
