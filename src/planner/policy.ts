import { columnOf } from '../catalog/lookup.ts';
import { type ColumnId, revealOf, type TableVersion } from '../catalog/table.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { chainOf, type LogicalPlan, type PlanOf } from './logical/plan.ts';
import { columnsOf, mapScalars } from './logical/rewrite.ts';
import type { Scalar } from './logical/scalar.ts';

/**
 * Refuses a bound plan that shows more of a column than its owners allow (`reveal` of its definition). To be called with the
 * plan as bound, before any rule changes it, by each party for itself.
 *
 * - never: only a condition of WHERE directly over the table may read the column. Whatever could carry a value of it into
 *   the answer is refused: aggregates and their FILTER, group keys, DISTINCT, HAVING, ORDER BY, outputs; also through
 *   expressions, aliases, derived tables and CTEs, whose expressions the binder has put in place.
 * - aggregate: values of many rows together may be shown: sums, counts, extremes, group keys. Rows never are, because no plan
 *   shows rows of a table yet. That a filter leaves a single row, whose value an aggregate then shows, is not prevented here.
 * - rows: as aggregate, until rows can be shown.
 *
 * @throws SQL_POLICY with the column's name at the place that reads it
 */
export function enforceReveal(plan: LogicalPlan): void {
  const chain = chainOf(plan);
  const scan = chain.at(-1);
  if (scan?.kind !== 'scan') return;
  const lowest = chain.findLastIndex(({ kind }) => kind === 'aggregate');
  // Above the lowest aggregate, columns are its results, whose operands are checked there.
  for (const node of lowest < 0 ? chain : chain.slice(lowest)) {
    const ofTable = node.kind === 'filter' && node.input.kind === 'scan';
    if (!ofTable) requireAllowed(node, scan);
  }
}

function requireAllowed(node: LogicalPlan, { table }: PlanOf<'scan'>): void {
  if (node.kind === 'oneRow' || node.kind === 'scan') return;
  mapScalars({ ...node, input: { kind: 'oneRow' } }, (scalar) => {
    for (const id of columnsOf(scalar)) requireShown(id, scalar, table);
    return scalar;
  });
}

function requireShown(id: ColumnId, scalar: Scalar, table: TableVersion): void {
  const definition = columnOf(table, id);
  if (revealOf(definition) !== 'never') return;
  throw new TacitError(
    'SQL_POLICY',
    `column "${definition.name}" of ${table.definition.name} is never revealed: only conditions of WHERE over the table may read it`,
    scalar.at,
  );
}
