import type { ColumnId } from '../../catalog/table.ts';
import type { LogicalPlan } from '../logical/plan.ts';
import { columnsOf, mapScalars } from '../logical/rewrite.ts';
import { changeAggregates } from './change-aggregates.ts';
import type { Rule } from './rule.ts';

/** An aggregate of a derived table that nothing above reads is not computed. Keys stay: they make the groups. */
export const dropUnreadAggregates: Rule = {
  name: 'dropUnreadAggregates',
  apply(plan) {
    const reads = readsByAggregate(plan);
    let depth = reads.length;
    return changeAggregates(plan, (node) => {
      const used = reads[--depth] ?? new Set();
      const first = node.keys.length;
      const kept = node.aggregates.map((_, k) => used.has(first + k));
      if (kept.every((each) => each)) return undefined;
      const before = (id: number) => kept.slice(0, id - first).filter((each) => each).length;
      const moved = (id: ColumnId) => (id < first ? id : first + before(id)) as ColumnId;
      const aggregates = node.aggregates.filter((_, k) => kept[k]);
      return { node: { ...node, aggregates }, moved };
    });
  },
};

/** The columns that are read of each aggregate, from the root down. */
function readsByAggregate(plan: LogicalPlan): Set<number>[] {
  const found: Set<number>[] = [];
  let current = new Set<number>();
  for (let node = plan; node.kind !== 'oneRow' && node.kind !== 'scan'; node = node.input) {
    if (node.kind === 'aggregate') {
      found.push(current);
      current = new Set();
    }
    mapScalars({ ...node, input: { kind: 'oneRow' } }, (scalar) => {
      for (const id of columnsOf(scalar)) current.add(id);
      return scalar;
    });
  }
  return found;
}
