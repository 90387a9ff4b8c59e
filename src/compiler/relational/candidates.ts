import type { ColumnId } from '../../catalog/table.ts';
import { CircuitBuilder } from '../../circuits/builder.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import { type CandidatesNode, levelBase } from '../../planner/physical/plan.ts';
import { collectRelation, type Workshop } from '../collect.ts';
import { encodingOf } from '../encoding-of.ts';
import { RelationColumns } from '../relation-columns.ts';
import type { ColumnPlanes, PlaneRelation } from './relation.ts';
import { keepRows } from './relation-circuit.ts';
import type { RelationalShop } from './shop.ts';

/** Candidate groups as a relation of planes. */
export function compileCandidates(
  shop: RelationalShop,
  node: CandidatesNode,
  needed: ReadonlySet<ColumnId>,
): PlaneRelation {
  const base = levelBase(node.id);
  const own: Workshop = { ...shop, operator: (role, level) => shop.operator(role, base + level) };
  const collected = collectRelation(node.collect, own);
  const b = new CircuitBuilder();
  const inputs = new RelationColumns(b, collected);
  const wires = [inputs.there];
  const columns = node.columns.map((facts, id): ColumnPlanes | undefined => {
    if (!needed.has(id as ColumnId)) return undefined;
    const { number, isNull } = inputs.column(id as ColumnId);
    const { width } = encodingOf(facts);
    const bits = extend(b, number, width).map((bit) => wires.push(bit) - 1);
    return isNull === b.zero ? { facts, bits } : { facts, bits, isNull: wires.push(isNull) - 1 };
  });
  const relation = keepRows(shop, inputs, b, { wires, operator: shop.operatorOf(node) });
  return { relation, rows: collected.rows, planes: wires.length, columns, valid: 0 };
}
