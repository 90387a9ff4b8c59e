import type { SortKey } from '../../planner/logical/plan.ts';
import type { Scalar } from '../../planner/logical/scalar.ts';

/** How the rows of a relation that are there come one after another, whatever lies between them. */
export interface RowOrder {
  /** The most significant first: rows equal in the first ones lie together and are in the order of the next. */
  readonly keys: readonly OrderKey[];
  /** Whether no two rows that are there are equal in all keys. */
  readonly unique: boolean;
  /** Whether rows that are not there come last. */
  readonly gathered: boolean;
}

/** One key of an order. */
export interface OrderKey {
  /** Columns that have its value in all rows that are there; at least one. */
  readonly columns: readonly number[];
  /** Absent: equal values lie together, and no more is known. */
  readonly direction?: Pick<SortKey, 'descending' | 'nullsFirst'>;
}

/** As numbers of groups and of joins are sorted. */
export const ASCENDING = { descending: false, nullsFirst: false } as const;

/** Whether an order would spare something. */
export type OrderWish = (order: RowOrder) => boolean;

/** How many keys of the order the columns are, in any order; undefined if they are not its first keys, so that equal rows do not lie together. */
export function keysTogether(
  order: RowOrder | undefined,
  scalars: readonly Scalar[],
): number | undefined {
  if (order === undefined) return undefined;
  const { keys, unique } = order;
  const ids = columnIds(scalars);
  if (ids === undefined) return undefined;
  const isRead = (id: number) => ids.includes(id);
  const other = keys.findIndex(({ columns }) => !columns.some(isRead));
  const count = other < 0 ? keys.length : other;
  // Of all keys at most one row has the values; what else is read tells no rows apart.
  if (unique && count === keys.length) return count;
  const first = keys.slice(0, count);
  const isKnown = ids.every((id) => first.some(({ columns }) => columns.includes(id)));
  return isKnown ? count : undefined;
}

/** Whether rows come in the order of the keys, from key number `start` of the order on. */
export function isOrderedBy(
  order: RowOrder | undefined,
  wanted: readonly SortKey[],
  start = 0,
): boolean {
  if (order === undefined) return false;
  const { keys, unique } = order;
  const isNext = ({ scalar, descending, nullsFirst }: SortKey, k: number) => {
    const key = keys[start + k];
    if (key?.direction === undefined || scalar.kind !== 'column') return false;
    const isSame =
      key.direction.descending === descending &&
      (key.direction.nullsFirst === nullsFirst || !scalar.nullable);
    return isSame && key.columns.includes(scalar.column);
  };
  const other = wanted.findIndex((key, k) => !isNext(key, k));
  return other < 0 || (unique && start + other === keys.length);
}

/** Whether no two rows that are there are equal in all scalars. */
export function isUniqueIn(order: RowOrder | undefined, scalars: readonly Scalar[]): boolean {
  if (order === undefined || !order.unique) return false;
  const ids = new Set(
    scalars.flatMap((scalar) => (scalar.kind === 'column' ? [scalar.column as number] : [])),
  );
  return order.keys.every(({ columns }) => columns.some((id) => ids.has(id)));
}

/** The order with other columns: of each those that have its value. */
export function withColumns(
  order: RowOrder,
  columnsOf: (id: number) => readonly number[],
): RowOrder {
  return orderOf(
    order.keys.map((key) => ({ ...key, columns: key.columns.flatMap(columnsOf) })),
    order,
  );
}

/** An order by the keys up to the first one that no column has. */
export function orderOf(
  keys: readonly OrderKey[],
  { unique, gathered }: Pick<RowOrder, 'unique' | 'gathered'>,
): RowOrder {
  const unnamed = keys.findIndex(({ columns }) => columns.length === 0);
  const named = unnamed < 0 ? keys : keys.slice(0, unnamed);
  return { keys: named, unique: unique && unnamed < 0, gathered };
}

/** The key of rows sorted by a scalar. */
export function orderKey(
  scalar: Scalar,
  { descending, nullsFirst }: NonNullable<OrderKey['direction']> = ASCENDING,
): OrderKey {
  const columns = scalar.kind === 'column' ? [scalar.column] : [];
  return { columns, direction: { descending, nullsFirst } };
}

function columnIds(scalars: readonly Scalar[]): number[] | undefined {
  const ids = scalars.flatMap((scalar) =>
    scalar.kind === 'column' ? [scalar.column as number] : [],
  );
  return ids.length === scalars.length ? ids : undefined;
}
