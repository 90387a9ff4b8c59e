import { compact, takeRows } from './compact.ts';
import { sortByBit } from './radix-sort.ts';
import type { PlaneRelation } from './relation.ts';
import type { RowOrder } from './row-order.ts';
import type { RelationalShop } from './shop.ts';
import { firstRows, sortStage } from './stages.ts';
import { type Make, soonest } from './trial.ts';

/** Fewer rows are brought together soonest by {@link compact}: it has fewer stages. */
const SPLIT_ROWS = 512;

/** As {@link compact}, or by counting bit by bit if that is sooner done; the rows that are there stay in their order. */
export function compactInOrder(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  rows: number,
): PlaneRelation {
  if (from.rows <= rows) return from;
  const byCompact: Make<RelationalShop> = (to, at, all) => compact(to, at, all, rows);
  const bySplit: Make<RelationalShop> = (to, at, all) => {
    const { valid } = all;
    const split = valid === undefined ? all : sortByBit(to, at, all, valid, 1);
    return firstRows(to, at, split, rows);
  };
  const ways = from.rows < SPLIT_ROWS ? [] : [bySplit];
  const made = soonest(shop, from, [byCompact, ...ways])(shop, operator, from);
  const { order } = from;
  return order === undefined ? made : { ...made, order: { ...order, gathered: true } };
}

/** An order that rows come in, bits of its keys, and whether a later stage would sort the rows so again. */
export interface KeptOrder {
  readonly order: RowOrder;
  readonly keyBits: number;
  readonly isWished: boolean;
}

/**
 * The rows of which plane `other` is 0, among them all that are there. Their number, which must be public, is `rows`. They stay in order
 * if it is wished for and a sort of them would take longer.
 */
export function takeInOrder(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  taken: { readonly other: number; readonly rows: number; readonly kept?: KeptOrder },
): PlaneRelation {
  const { other, rows, kept } = taken;
  if (kept?.isWished !== true) return takeRows(shop, operator, from, other, rows);
  const key = Array.from({ length: Math.min(from.planes, kept.keyBits + 1) }, (_, k) => k);
  const inOrder: Make<RelationalShop> = (to, at, all) => compactInOrder(to, at, all, rows);
  const sorted: Make<RelationalShop> = (to, at, all) =>
    sortStage(to, at, takeRows(to, at, all, other, rows), key, 'quick');
  return soonest(shop, from, [inOrder, sorted]) === inOrder
    ? compactInOrder(shop, operator, { ...from, order: kept.order }, rows)
    : takeRows(shop, operator, from, other, rows);
}
