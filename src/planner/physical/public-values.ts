import type { ColumnId } from '../../catalog/table.ts';
import { foldScalar, nullToFalse } from '../logical/fold.ts';
import { columnsOf, rewriteScalar } from '../logical/rewrite.ts';
import { constantTruth, nullOf, number, type Scalar } from '../logical/scalar.ts';
import type { CollectNode, KnownCell, RowsNode } from './plan.ts';

/** Public values of columns in one row; undefined: the column is secret there. */
export type PublicRow = (column: ColumnId) => bigint | null | undefined;

/** The row's columns as far as they are public. */
export function publicRow({ columns }: CollectNode, row: number): PublicRow {
  return (column) => {
    const value = columns[column]?.value;
    return value?.kind === 'public' ? value.values[row] : undefined;
  };
}

/** The expression with public columns replaced by their values in one row, folded. */
export function inRow(scalar: Scalar, row: PublicRow): Scalar {
  return foldScalar(
    rewriteScalar(scalar, (node) => {
      if (node.kind !== 'column') return node;
      const value = row(node.column);
      if (value === undefined) return node;
      const { type, at, dictionary } = node;
      const constant = value === null ? nullOf(type, at) : number(value, type, at);
      return dictionary === undefined ? constant : { ...constant, dictionary };
    }),
  );
}

/** The value in a row; undefined if it is secret or not an integer. */
export function valueIn(scalar: Scalar, row: PublicRow): bigint | null | undefined {
  if (scalar.kind === 'column') return row(scalar.column);
  const known = inRow(scalar, row);
  if (known.kind !== 'constant' || typeof known.value === 'string') return undefined;
  return known.value;
}

/** Whether a condition may be TRUE in a row. */
export function mayBeTrue(condition: Scalar, row: PublicRow): boolean {
  const residue = foldScalar(nullToFalse(inRow(condition, row)));
  return constantTruth(residue) !== false;
}

/** The expression with columns that have one public value in all rows replaced by it. */
export function withConstants(scalar: Scalar, rows: RowsNode): Scalar {
  if (rows.kind !== 'collect') return scalar;
  return inRow(scalar, (column) => {
    const value = rows.columns[column]?.value;
    if (value?.kind !== 'public' || value.values.length === 0) return undefined;
    const [first] = value.values;
    return value.values.every((each) => each === first) ? first : undefined;
  });
}

/** The values of an expression in each row, as cells show them; undefined if one of them is secret. */
export function publicCells(
  scalar: Scalar,
  rows: CollectNode,
): readonly KnownCell['value'][] | undefined {
  const isPublic = columnsOf(scalar).every((id) => rows.columns[id]?.value.kind === 'public');
  if (!isPublic) return undefined;
  const cells: KnownCell['value'][] = [];
  for (let row = 0; row < rows.rows; row++) {
    const known = inRow(scalar, publicRow(rows, row));
    if (known.kind !== 'constant') return undefined;
    cells.push(cellOf(known.value, scalar));
  }
  return cells;
}

function cellOf(value: bigint | string | null, { type, dictionary }: Scalar): KnownCell['value'] {
  if (typeof value !== 'bigint') return value;
  if (type.kind === 'boolean') return value !== 0n;
  return dictionary?.[Number(value)] ?? value;
}
