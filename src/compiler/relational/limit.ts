import type { ColumnId } from '../../catalog/table.ts';
import type { Wire } from '../../circuits/circuit.ts';
import type { SortKey } from '../../planner/logical/plan.ts';
import { columnsOf } from '../../planner/logical/rewrite.ts';
import type { LimitNode } from '../../planner/physical/plan.ts';
import type { PlaneRelation } from './relation.ts';
import { type MadeColumn, RelationCircuit } from './relation-circuit.ts';
import type { RelationalShop } from './shop.ts';
import { sortWord } from './sort-key.ts';
import { firstRows, shuffle, sort } from './stages.ts';
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
  const from = withRows(shop, operator, shop.compile(node.input, read));
  const sorted = sortRows(shop, operator, from, node.order, needed);
  const offset = Number(node.offset);
  // Where no row is missing, it is public which places are beyond the end.
  const rows = from.valid === undefined ? Math.max(0, from.rows - offset) : from.rows;
  const count = Math.min(rows, node.count === undefined ? rows : Number(node.count));
  const shown = moved(shop, operator, sorted, offset, count > 0);
  // A relation has a place for a row, even if none is there.
  return firstRows(shop, operator, shown, Math.max(1, count));
}

/** The relation with the needed columns, sorted by the keys, equal rows at random; rows that are not there come last. */
function sortRows(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  order: readonly SortKey[],
  needed: ReadonlySet<ColumnId>,
): PlaneRelation {
  const circuit = new RelationCircuit(shop, from);
  const { b } = circuit;
  const word: Wire[] = sortWord(b, circuit.expressions(), order);
  const there = circuit.there();
  if (there !== b.one) word.push(b.not(there));
  const keyed = circuit.make({ operator }, columns(circuit, from, needed), there, word);
  const keys = order.map(({ scalar }) => scalar);
  const mixed = tellsTiesApart(needed, keys) ? shuffle(shop, operator, keyed) : keyed;
  if (word.length === 0) return mixed;
  const key = word.map((_, k) => keyed.first + k);
  return sort(shop, operator, mixed, key);
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
