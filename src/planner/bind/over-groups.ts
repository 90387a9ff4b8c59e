import type { ColumnId } from '../../catalog/table.ts';
import { type Position, TacitError } from '../../errors/tacit-error.ts';
import { scalarKey, withOperands } from '../logical/rewrite.ts';
import { column, operandsOf, type Scalar } from '../logical/scalar.ts';
import { AGGREGATE_PLACE, placeOf } from './places.ts';

/**
 * Moves expressions over the rows of an aggregate's input to its result: what equals a group key becomes the column of that key,
 * aggregates are the columns behind the keys. Window functions and values of subqueries stay where they are.
 * `stray` is the error for a column of the input.
 */
export function overGroups(
  keys: readonly Scalar[],
  stray: (column: ColumnId, at: Position) => TacitError,
): (scalar: Scalar) => Scalar {
  const positions = new Map(keys.map((key, k) => [scalarKey(key), k]));
  const move = (scalar: Scalar): Scalar => {
    const key = positions.size === 0 ? undefined : positions.get(scalarKey(scalar));
    if (key !== undefined) return column(key as ColumnId, scalar, scalar.at);
    if (scalar.kind === 'column') {
      const place = placeOf(scalar.column);
      if (place === 'input') throw stray(scalar.column, scalar.at);
      if (place !== 'aggregate') return scalar;
      const id = scalar.column - AGGREGATE_PLACE + keys.length;
      return { ...scalar, column: id as ColumnId };
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
    `column "${name}" must be aggregated or named in GROUP BY`,
    at,
  );
}
