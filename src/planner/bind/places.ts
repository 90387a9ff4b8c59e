import type { ColumnId } from '../../catalog/table.ts';
import { columnsOf, moveColumns } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';

/*
 * While a SELECT is bound, the plan that its expressions will read is not there yet: aggregates, window functions and values of
 * subqueries are columns from these numbers on, behind those of any input, until their place is known.
 */
export const AGGREGATE_PLACE = 1_000_000;
export const WINDOW_PLACE = 100_000_000;
export const QUERY_PLACE = 200_000_000;

/** What a column stands for while its SELECT is bound. */
export function placeOf(id: ColumnId): 'input' | 'aggregate' | 'window' | 'query' {
  if (id >= QUERY_PLACE) return 'query';
  if (id >= WINDOW_PLACE) return 'window';
  return id >= AGGREGATE_PLACE ? 'aggregate' : 'input';
}

/** The scalar with the columns of its relation so many further behind. */
export function shifted(scalar: Scalar, by: number): Scalar {
  return by === 0 ? scalar : moveColumns(scalar, (id) => id + by);
}

/** Whether the scalar reads anything of the kind. */
export function readsPlaces(scalar: Scalar, place: ReturnType<typeof placeOf>): boolean {
  return columnsOf(scalar).some((id) => placeOf(id) === place);
}
