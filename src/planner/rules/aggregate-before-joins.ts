import { expands, workOf } from '../logical/join-work.ts';
import { inputsOf, type LogicalPlan, type PlanOf } from '../logical/plan.ts';
import { mapNodes } from '../logical/rewrite.ts';
import { aggregateSide } from './aggregate-side.ts';
import { joinUnder } from './aggregated-join.ts';
import type { Rule } from './rule.ts';

/**
 * Sums over a join that multiplies rows are made of sums over one side: `SELECT SUM(a.x), SUM(b.y) FROM a JOIN b ON a.k = b.k`
 * groups b by k first, into n = COUNT(*) and s = SUM(y), and is SUM(a.x * n), SUM(s): a look-up instead of all pairs. Where
 * that is fewer rows to work on by what is declared; the side may be a join itself.
 *
 * [YL95] Yan, Larson: Eager Aggregation and Lazy Aggregation, VLDB 1995 ("eager group-by-count").
 */
export const aggregateBeforeJoins: Rule = {
  name: 'aggregateBeforeJoins',
  apply: (plan) =>
    mapNodes(plan, (node) => (node.kind === 'aggregate' ? withFewerRows(node) : node)),
};

function withFewerRows(node: PlanOf<'aggregate'>): PlanOf<'aggregate'> {
  const found = joinUnder(node);
  if (found === undefined || !multiplies(found.join)) return node;
  const sides = (['right', 'left'] as const).flatMap((side) => {
    return aggregateSide(found, side, withFewerRows) ?? [];
  });
  const works = new Map([node, ...sides].map((each) => [each, workOf(each)]));
  const workOn = (each: PlanOf<'aggregate'>) => works.get(each) ?? 0n;
  return sides.reduce((best, each) => (workOn(each) < workOn(best) ? each : best), node);
}

/** Whether a join of this tree of joins expands. */
function multiplies(plan: LogicalPlan): boolean {
  if (plan.kind === 'filter' || plan.kind === 'project') return multiplies(plan.input);
  return plan.kind === 'join' && (expands(plan) || inputsOf(plan).some(multiplies));
}
