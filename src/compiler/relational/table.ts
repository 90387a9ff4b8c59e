import type { ColumnId } from '../../catalog/table.ts';
import { CircuitBuilder } from '../../circuits/builder.ts';
import type { TableNode } from '../../planner/physical/plan.ts';
import { keptRows } from '../../program/shapes.ts';
import { TableColumns } from '../row-inputs.ts';
import type { ColumnPlanes, PlaneRelation } from './relation.ts';
import { keepRows } from './relation-circuit.ts';
import type { RelationalShop } from './shop.ts';

/** The needed columns of a stored table as a relation. Nothing is computed: shares are copied. */
export function compileTable(
  shop: RelationalShop,
  node: TableNode,
  needed: ReadonlySet<ColumnId>,
): PlaneRelation {
  const b = new CircuitBuilder();
  const inputs = new TableColumns(b, node.table);
  const wires = [b.one];
  const columns = node.columns.map((facts, id): ColumnPlanes | undefined => {
    if (!needed.has(id as ColumnId)) return undefined;
    const { number, isNull } = inputs.column(id as ColumnId);
    const bits = number.bits.map((bit) => wires.push(bit) - 1);
    return isNull === b.zero ? { facts, bits } : { facts, bits, isNull: wires.push(isNull) - 1 };
  });
  const relation = keepRows(shop, inputs, b, { wires, operator: shop.operatorOf(node) });
  const rows = keptRows(node.table.parts);
  // Without padding between parts every row is there.
  const isPadded = rows > node.rows;
  return { relation, rows, planes: wires.length, columns, ...(isPadded ? { valid: 0 } : {}) };
}
