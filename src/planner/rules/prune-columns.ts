import type { LogicalPlan } from '../logical/plan.ts';
import { columnsOf, mapNodes, mapScalars } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';

/** Reads only columns that something above uses: shares of the others stay on disk. */
export const pruneColumns: Rule = {
  name: 'pruneColumns',
  apply(plan) {
    const used = readsOfTable(plan);
    return mapNodes(plan, (node) => {
      if (node.kind !== 'scan' || node.columns.every((id) => used.has(id))) return node;
      return { ...node, columns: node.columns.filter((id) => used.has(id)) };
    });
  },
};

/** Columns of the table that are read: above the lowest aggregate, columns are those of an aggregate. */
function readsOfTable(plan: LogicalPlan): Set<number> {
  let used = new Set<number>();
  for (let node = plan; node.kind !== 'oneRow' && node.kind !== 'scan'; node = node.input) {
    if (node.kind === 'aggregate') used = new Set();
    mapScalars({ ...node, input: { kind: 'oneRow' } }, (scalar) => {
      for (const id of columnsOf(scalar)) used.add(id);
      return scalar;
    });
  }
  return used;
}
