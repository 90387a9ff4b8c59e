import { foldScalar } from '../logical/fold.ts';
import { mapScalars } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';

/**
 * Evaluates whatever is constant: `2 * 3` is 6, `x AND FALSE` is FALSE, `x AND TRUE` is x, `1 IS NULL` is FALSE.
 * `x = NULL` is NULL, but `x AND NULL` stays: it is FALSE where x is.
 */
export const foldConstants: Rule = {
  name: 'foldConstants',
  apply: (plan) => mapScalars(plan, foldScalar),
};
