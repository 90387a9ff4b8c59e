import type { ColumnDefinition, ColumnId, TableDefinition } from './table.ts';

/** A number that owners commit to for each part of a table: over its rows, of the column's values that are not NULL. */
export interface AuditedTotal {
  /** sum: of the integers that encode the values. count: how many there are. */
  readonly kind: 'sum' | 'count';
  readonly column: ColumnId;
}

/** Totals of one column that can be committed to; of a column without NULLs the count is that of the rows, which is public. */
export function totalsOf(
  column: Pick<ColumnDefinition, 'type' | 'nullable'>,
): AuditedTotal['kind'][] {
  const { kind } = column.type;
  const isSummed = kind === 'integer' || kind === 'decimal' || kind === 'boolean';
  return [...(isSummed ? ['sum' as const] : []), ...(column.nullable ? ['count' as const] : [])];
}

/** The totals that every part of a table has commitments of, in their order. */
export function auditedTotals({ columns }: TableDefinition): AuditedTotal[] {
  return columns.flatMap((column, index) => {
    if (column.audit !== true) return [];
    return totalsOf(column).map((kind) => ({ kind, column: index as ColumnId }));
  });
}
