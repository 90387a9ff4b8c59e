import type { ColumnId } from '../../catalog/table.ts';
import { changeAggregates } from './change-aggregates.ts';
import type { Rule } from './rule.ts';

/** An aggregate of a derived table that nothing above reads is not computed. Keys stay: they make the groups. */
export const dropUnreadAggregates: Rule = {
  name: 'dropUnreadAggregates',
  apply: (plan) =>
    changeAggregates(plan, (node, read) => {
      const first = node.keys.length;
      const kept = node.aggregates.map((_, k) => read.has(first + k));
      if (kept.every((each) => each)) return undefined;
      const before = (id: number) => kept.slice(0, id - first).filter((each) => each).length;
      const moved = (id: ColumnId) => (id < first ? id : first + before(id)) as ColumnId;
      const aggregates = node.aggregates.filter((_, k) => kept[k]);
      return { plan: { ...node, aggregates }, moved };
    }),
};
