import type { Aggregate, LogicalPlan } from '../logical/plan.ts';
import { scalarKey } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';

/** An aggregate that occurs twice is computed and opened once. */
export const mergeEqualAggregates: Rule = {
  name: 'mergeEqualAggregates',
  apply(plan): LogicalPlan {
    if (plan.kind !== 'output' || plan.input.kind !== 'aggregate') return plan;
    const kept: Aggregate[] = [];
    const positions = new Map<string, number>();
    const moved = plan.input.aggregates.map((aggregate) => {
      const { fn, operand } = aggregate;
      const key = `${fn} ${operand === undefined ? '' : scalarKey(operand)}`;
      const known = positions.get(key);
      if (known !== undefined) return known;
      positions.set(key, kept.length);
      kept.push(aggregate);
      return kept.length - 1;
    });
    if (kept.length === plan.input.aggregates.length) return plan;
    const columns = plan.columns.map((column) => {
      if (column.value.kind !== 'aggregate') return column;
      const index = moved[column.value.index] ?? 0;
      return { ...column, value: { kind: 'aggregate', index } as const };
    });
    return { ...plan, input: { ...plan.input, aggregates: kept }, columns };
  },
};
