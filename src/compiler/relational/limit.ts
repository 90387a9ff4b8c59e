import type { ColumnId } from '../../catalog/table.ts';
import type { Wire } from '../../circuits/circuit.ts';
import type { SortKey } from '../../planner/logical/plan.ts';
import { columnsOf } from '../../planner/logical/rewrite.ts';
import type { LimitNode } from '../../planner/physical/plan.ts';
import { sort } from './choose-sort.ts';
import type { PlaneRelation } from './relation.ts';
import { type MadeColumn, RelationCircuit } from './relation-circuit.ts';
import { isOrderedBy, isUniqueIn, orderKey, orderOf, type RowOrder } from './row-order.ts';
import type { RelationalShop } from './shop.ts';
import { sortWord } from './sort-key.ts';
import { firstRows, shuffle } from './stages.ts';
import { tellsTiesApart } from './ties.ts';
import { withRows } from './zero-rows.ts';

/**
 * The rows that are there sorted by the keys to the front, of which the rows from the offset on are taken. Which of equal ones these are
 * is left to chance, so that it does not tell where they come from (PROTOCOLS A15).
 */
export function compileLimit(
  shop: RelationalShop,
  node: LimitNode,
  needed: ReadonlySet<ColumnId>,
): PlaneRelation {
  const operator = shop.operatorOf(node);
  const read = new Set([...needed, ...node.order.flatMap(({ scalar }) => columnsOf(scalar))]);
  const wish = (order: RowOrder) =>
    node.order.length > 0 && isSorted(order, node.order, isMixed(order, node.order, needed));
  const from = withRows(shop, operator, shop.compile(node.input, read, wish));
  const sorted = sortRows(shop, operator, from, node.order, needed);
  const offset = Number(node.offset);
  // Where no row is missing, it is public which places are beyond the end.
  const rows = from.valid === undefined ? Math.max(0, from.rows - offset) : from.rows;
  const count = Math.min(rows, node.count === undefined ? rows : Number(node.count));
  const shown = moved(shop, operator, sorted, offset, count > 0);
  // A relation has a place for a row, even if none is there.
  const { order } = sorted;
  return { ...firstRows(shop, operator, shown, Math.max(1, count)), ...(order && { order }) };
}

/** The relation with the needed columns, sorted by the keys unless it is, equal rows at random; rows that are not there come last. */
function sortRows(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  order: readonly SortKey[],
  needed: ReadonlySet<ColumnId>,
): PlaneRelation {
  const circuit = new RelationCircuit(shop, from);
  const { b } = circuit;
  const mixes = isMixed(from.order, order, needed);
  const known = isSorted(from.order, order, mixes) ? from.order : undefined;
  const word: Wire[] = known === undefined ? sortWord(b, circuit.expressions(), order) : [];
  const there = circuit.there();
  if (there !== b.one && known?.gathered !== true) word.push(b.not(there));
  const keyed = circuit.make({ operator }, columns(circuit, from, needed), there, word);
  const mixed = mixes ? shuffle(shop, operator, keyed) : keyed;
  const key = word.map((_, k) => keyed.first + k);
  const own = orderOf(
    order.map((each) => orderKey(each.scalar, each)),
    { unique: isUniqueIn(from.order, scalarsOf(order)), gathered: true },
  );
  return {
    ...sort(shop, operator, mixed, key),
    order: known === undefined ? own : { ...known, gathered: true },
  };
}

/** Whether equal rows must come at random. */
function isMixed(
  known: RowOrder | undefined,
  order: readonly SortKey[],
  needed: ReadonlySet<ColumnId>,
): boolean {
  const keys = scalarsOf(order);
  return tellsTiesApart(needed, keys) && !isUniqueIn(known, keys);
}

/** Whether rows come in the order, equal ones as they must. */
function isSorted(known: RowOrder | undefined, order: readonly SortKey[], mixes: boolean): boolean {
  return !mixes && isOrderedBy(known, order);
}

function scalarsOf(order: readonly SortKey[]) {
  return order.map(({ scalar }) => scalar);
}

/** The needed columns of a relation as they are. */
function columns(
  circuit: RelationCircuit,
  from: PlaneRelation,
  needed: ReadonlySet<ColumnId>,
  shift = 0,
): (MadeColumn | undefined)[] {
  return from.columns.map((column, id) => {
    if (column === undefined || !needed.has(id as ColumnId)) return undefined;
    return { facts: column.facts, ...circuit.column(id, shift) };
  });
}

/** Every row moved `offset` places to the front; none is there unless `some` may be. */
function moved(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  offset: number,
  some: boolean,
): PlaneRelation {
  if (offset === 0 && some) return from;
  const circuit = new RelationCircuit(shop, from);
  const all = new Set(from.columns.keys()) as Set<ColumnId>;
  const { b } = circuit;
  const valid = !some ? b.zero : from.valid === undefined ? b.one : circuit.there(offset);
  return circuit.make({ operator }, columns(circuit, from, all, offset), valid);
}
