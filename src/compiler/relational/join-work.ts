import type { ColumnId } from '../../catalog/table.ts';
import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import { columnsOf } from '../../planner/logical/rewrite.ts';
import type { JoinNode } from '../../planner/physical/plan.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from '../expressions/column-source.ts';
import { Expressions } from '../expressions/expressions.ts';
import type { PlaneRelation } from './relation.ts';
import type { MadeColumn } from './relation-circuit.ts';
import type { OrderWish } from './row-order.ts';
import type { RelationalShop } from './shop.ts';
import { withRows } from './zero-rows.ts';

/** Columns of a pair of rows by their ids in each side. */
export interface PairColumns {
  readonly left: ReadonlyMap<number, NullableNumber>;
  readonly right: ReadonlyMap<number, NullableNumber>;
}

/** A join to compile: its sides, and which of their columns are read. */
export class JoinWork {
  readonly shop: RelationalShop;
  readonly operator: number;
  readonly node: JoinNode;
  readonly left: PlaneRelation;
  readonly right: PlaneRelation;
  /** Ids of columns that are read when pairs are known, in each side. */
  readonly leftIds: readonly number[];
  readonly rightIds: readonly number[];
  /** Whether an order of its rows would spare something. */
  readonly wish: OrderWish;
  readonly #needed: ReadonlySet<number>;

  constructor(
    shop: RelationalShop,
    node: JoinNode,
    needed: ReadonlySet<ColumnId>,
    wish: OrderWish = () => false,
  ) {
    const { left, right, keys, condition } = node;
    this.shop = shop;
    this.operator = shop.operatorOf(node);
    this.node = node;
    this.wish = wish;
    this.#needed = needed;
    const lefts = left.columns.length;
    const read = [...new Set([...needed, ...(condition ? columnsOf(condition) : [])])].sort(
      (a, b) => a - b,
    );
    this.leftIds = read.filter((id) => id < lefts);
    this.rightIds = read.filter((id) => id >= lefts).map((id) => id - lefts);
    const leftKeys = keys.flatMap((key) => columnsOf(key.left));
    const rightKeys = keys.flatMap((key) => columnsOf(key.right));
    const compiled = (side: typeof left, ids: readonly number[]) =>
      withRows(shop, this.operator, shop.compile(side, new Set(ids as readonly ColumnId[])));
    this.left = compiled(left, [...this.leftIds, ...leftKeys]);
    this.right = compiled(right, [...this.rightIds, ...rightKeys]);
  }

  /** Whether rows without a partner have other values than those with one, or are there. */
  get keepsLeft(): boolean {
    return this.node.join === 'left' || this.node.join === 'anti';
  }

  /** Whether the condition is TRUE for a pair. */
  holds(b: CircuitBuilder, pair: PairColumns, rows: number): Wire {
    const { condition, left } = this.node;
    if (condition === undefined) return b.one;
    const lefts = left.columns.length;
    const column = (id: ColumnId) =>
      known(id < lefts ? pair.left.get(id) : pair.right.get(id - lefts), id);
    return new Expressions(b, { column }, this.shop.network, rows).truth(condition).isTrue;
  }

  /** The columns of the join that are needed; those of right are NULL in a left join if `absent`. */
  columns(b: CircuitBuilder, pair: PairColumns, absent: Wire): (MadeColumn | undefined)[] {
    const lefts = this.node.left.columns.length;
    return this.node.columns.map((facts, id) => {
      if (!this.#needed.has(id)) return undefined;
      const isLeft = id < lefts;
      const value = known(isLeft ? pair.left.get(id) : pair.right.get(id - lefts), id);
      const { width, signed } = encodingOf(facts);
      const number = { bits: extend(b, value.number, width), signed };
      const mayBeAbsent = !isLeft && this.node.join === 'left';
      return { facts, number, isNull: mayBeAbsent ? b.or(absent, value.isNull) : value.isNull };
    });
  }
}

function known(column: NullableNumber | undefined, id: number): NullableNumber {
  if (column === undefined) throw new RangeError(`column ${id} of a join`);
  return column;
}
