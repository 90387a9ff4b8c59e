import { find } from '../logical/plan.ts';
import { columnsOf, mapNodes, scalarsOf } from '../logical/rewrite.ts';
import type { Rule } from './rule.ts';

/** Reads only columns that something above uses: shares of the others stay on disk. */
export const pruneColumns: Rule = {
  name: 'pruneColumns',
  apply(plan) {
    const used = new Set<number>(scalarsOf(plan).flatMap(columnsOf));
    for (const key of find(plan, 'aggregate')?.keys ?? []) used.add(key);
    return mapNodes(plan, (node) => {
      if (node.kind !== 'scan' || node.columns.every((id) => used.has(id))) return node;
      return { ...node, columns: node.columns.filter((id) => used.has(id)) };
    });
  },
};
