import type { ColumnId } from '../../catalog/table.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { scalarKey, withOperands } from '../logical/rewrite.ts';
import { column, operandsOf, type Scalar } from '../logical/scalar.ts';

/**
 * Moves expressions over the rows of an aggregate's input to its result: what equals a group key becomes the column of that key,
 * columns from `first` on are the aggregates. `stray` is the error for any other column of the input.
 */
export function overGroups(
  keys: readonly Scalar[],
  first: number,
  stray: (column: ColumnId, at: Position) => TacitError,
): (scalar: Scalar) => Scalar {
  const positions = new Map(keys.map((key, k) => [scalarKey(key), k]));
  const move = (scalar: Scalar): Scalar => {
    const key = positions.size === 0 ? undefined : positions.get(scalarKey(scalar));
    if (key !== undefined) return column(key as ColumnId, scalar, scalar.at);
    if (scalar.kind === 'column') {
      if (scalar.column < first) throw stray(scalar.column, scalar.at);
      return { ...scalar, column: (scalar.column - first + keys.length) as ColumnId };
    }
    const before = operandsOf(scalar);
    const after = before.map(move);
    return after.every((operand, k) => operand === before[k])
      ? scalar
      : withOperands(scalar, after);
  };
  return move;
}

/** The error for a column that is neither aggregated nor grouped by. */
export function notGrouped(name: string, at: Position): TacitError {
  return new TacitError(
    'SQL_GROUPING',
    `column "${name}" must be aggregated or named in GROUP BY; rows are not released`,
    at,
  );
}
