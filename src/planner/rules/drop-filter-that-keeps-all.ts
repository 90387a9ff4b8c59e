import { mapNodes } from '../logical/rewrite.ts';
import { constantTruth } from '../logical/scalar.ts';
import type { Rule } from './rule.ts';

/** `WHERE TRUE` is no filter; then counts are public row counts and sums need no flag. */
export const dropFilterThatKeepsAll: Rule = {
  name: 'dropFilterThatKeepsAll',
  apply: (plan) =>
    mapNodes(plan, (node) =>
      node.kind === 'filter' && constantTruth(node.predicate) === true ? node.input : node,
    ),
};
