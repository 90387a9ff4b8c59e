import type { ColumnId } from '../../catalog/table.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import { columnsOf } from '../../planner/logical/rewrite.ts';
import type { ComputeNode } from '../../planner/physical/plan.ts';
import { encodingOf } from '../encoding-of.ts';
import type { PlaneRelation } from './relation.ts';
import { type MadeColumn, RelationCircuit } from './relation-circuit.ts';
import { type OrderWish, withColumns } from './row-order.ts';
import type { RelationalShop } from './shop.ts';

/** Filter and expressions of every row in one circuit. Columns that are passed on cost nothing. */
export function compileCompute(
  shop: RelationalShop,
  node: ComputeNode,
  needed: ReadonlySet<ColumnId>,
  wish?: OrderWish,
): PlaneRelation {
  const { filter, scalars, input, columns } = node;
  const wanted = columns.map((_, id) => needed.has(id as ColumnId));
  const read = new Set(filter === undefined ? [] : columnsOf(filter.predicate));
  wanted.forEach((isWanted, id) => {
    const scalar = scalars?.[id];
    if (!isWanted) return;
    for (const each of scalar === undefined ? [id as ColumnId] : columnsOf(scalar)) read.add(each);
  });
  const places = placesOf(node);
  const from = shop.compile(input, read, wish && ((order) => wish(withColumns(order, places))));
  const renamed = scalars !== undefined && filter === undefined && onlyRenamed(from, node, wanted);
  if (renamed !== false) return renamed;
  const circuit = new RelationCircuit(shop, from);
  const { b } = circuit;
  const expressions = circuit.expressions();
  const passes = filter === undefined ? b.one : expressions.truth(filter.predicate).isTrue;
  const made = columns.map((facts, id): MadeColumn | undefined => {
    if (wanted[id] !== true) return undefined;
    const scalar = scalars?.[id];
    const value = scalar === undefined ? circuit.column(id) : expressions.number(scalar);
    const to = encodingOf(facts);
    const bits = extend(b, value.number, to.width);
    return { facts, number: { bits, signed: to.signed }, isNull: value.isNull };
  });
  const operator = shop.operatorOf(node);
  const relation = circuit.make({ operator }, made, b.and(circuit.there(), passes));
  if (from.order === undefined) return relation;
  const order = withColumns(from.order, places);
  const gathered = order.gathered && (filter === undefined || relation.valid === undefined);
  return { ...relation, order: { ...order, gathered } };
}

/** In which columns a column of the input is found. */
function placesOf({ scalars }: ComputeNode): (id: number) => readonly number[] {
  if (scalars === undefined) return (id) => [id];
  const places = new Map<number, number[]>();
  scalars.forEach((scalar, id) => {
    if (scalar.kind !== 'column') return;
    places.set(scalar.column, [...(places.get(scalar.column) ?? []), id]);
  });
  return (id) => places.get(id) ?? [];
}

/** The relation below with its columns in another order, if that is all. */
function onlyRenamed(
  from: PlaneRelation,
  node: ComputeNode,
  wanted: readonly boolean[],
): PlaneRelation | false {
  const { scalars = [], columns } = node;
  const moved: PlaneRelation['columns'][number][] = [];
  for (const [id, scalar] of scalars.entries()) {
    if (wanted[id] !== true) {
      moved.push(undefined);
      continue;
    }
    const source = scalar.kind === 'column' ? from.columns[scalar.column] : undefined;
    const facts = columns[id];
    if (source === undefined || facts === undefined) return false;
    const { width, signed } = encodingOf(source.facts);
    const to = encodingOf(facts);
    if (to.width !== width || to.signed !== signed) return false;
    moved.push({ ...source, facts });
  }
  const { order, ...rest } = from;
  const relation = { ...rest, columns: moved };
  return order === undefined
    ? relation
    : { ...relation, order: withColumns(order, placesOf(node)) };
}
