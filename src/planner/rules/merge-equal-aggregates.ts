import type { ColumnId } from '../../catalog/table.ts';
import type { Aggregate } from '../logical/plan.ts';
import { scalarKey } from '../logical/rewrite.ts';
import { changeAggregates } from './change-aggregates.ts';
import type { Rule } from './rule.ts';

/** Aggregates that are equal, perhaps only after other rules, are computed once. */
export const mergeEqualAggregates: Rule = {
  name: 'mergeEqualAggregates',
  apply: (plan) =>
    changeAggregates(plan, (node) => {
      const kept: Aggregate[] = [];
      const known = new Map<string, number>();
      const places = node.aggregates.map((aggregate) => {
        const key = keyOf(aggregate);
        const place = known.get(key) ?? kept.length;
        known.set(key, place);
        if (place === kept.length) kept.push(aggregate);
        return place;
      });
      if (kept.length === node.aggregates.length) return undefined;
      const first = node.keys.length;
      const moved = (id: ColumnId) =>
        (id < first ? id : first + (places[id - first] ?? 0)) as ColumnId;
      return { plan: { ...node, aggregates: kept }, moved };
    }),
};

function keyOf({ fn, operand, filter, fraction }: Aggregate): string {
  const place = fraction && [fraction.numerator, fraction.denominator];
  return [fn, operand && scalarKey(operand), filter && scalarKey(filter), place].join(' ');
}
