import { columnOf } from '../catalog/lookup.ts';
import { type ColumnId, revealOf, type TableVersion } from '../catalog/table.ts';
import { columnsOf } from './logical/rewrite.ts';
import type { Scalar } from './logical/scalar.ts';
import {
  nodesBelow,
  type PhysicalPlan,
  type RelationNode,
  type RowsNode,
  type SumsNode,
} from './physical/plan.ts';

/** A column of a table that is never revealed. */
interface Never {
  readonly table: string;
  readonly column: string;
}

/**
 * Columns with `reveal: never` that conditions of the plan read, wherever it asks them: over a table, over or in a join, or over what
 * derived tables pass on. The answer tells something of them. Names are qualified if the plan reads several tables.
 */
export function neverRead({ answer, tables }: PhysicalPlan): string[] {
  const found = ofAnswer(answer);
  const names = found.map(({ table, column }) =>
    tables.length > 1 ? `${table}.${column}` : column,
  );
  return [...new Set(names)];
}

function ofAnswer(answer: PhysicalPlan['answer']): Never[] {
  switch (answer.kind) {
    case 'known':
      return [];
    case 'sums':
      return inSums(answer.input);
    case 'relation':
      return inRows(answer.input);
    case 'rows':
      return inRelation(answer.input);
  }
}

function inRows(rows: RowsNode): Never[] {
  if (rows.kind === 'relation') return inRelation(rows.node);
  return rows.kind === 'read' || rows.input === undefined ? [] : inSums(rows.input);
}

function inSums({ input: { filter, input } }: SumsNode): Never[] {
  const own = filter === undefined ? [] : columnsOf(filter.predicate);
  return [...own.flatMap((id) => inColumn(input, id)), ...inRows(input)];
}

function inColumn(rows: RowsNode, id: number): Never[] {
  if (rows.kind === 'read') return ofTable(rows.table, id);
  return rows.kind === 'relation' ? origins(rows.node, id) : [];
}

function inRelation(node: RelationNode): Never[] {
  if (node.kind === 'candidates') return inRows(node.collect);
  return [...ofConditions(node), ...nodesBelow(node).flatMap(inRelation)];
}

function ofConditions(node: RelationNode): Never[] {
  if (node.kind === 'compute') return readBy(node.filter?.predicate, node.input);
  if (node.kind !== 'join' || node.condition === undefined) return [];
  const { left, right } = node;
  return columnsOf(node.condition).flatMap((id) => ofPair(left, right, id));
}

function readBy(scalar: Scalar | undefined, below: RelationNode): Never[] {
  return scalar === undefined ? [] : columnsOf(scalar).flatMap((id) => origins(below, id));
}

/** Of which columns of tables a column of a relation holds what follows from them; those of groups are of many rows. */
function origins(node: RelationNode, id: number): Never[] {
  switch (node.kind) {
    case 'table':
      return ofTable(node.table, id);
    case 'compute':
      if (node.scalars === undefined) return origins(node.input, id);
      return readBy(node.scalars[id], node.input);
    case 'concat':
      return node.inputs.flatMap((input) => origins(input, id));
    case 'join':
      return ofPair(node.left, node.right, id);
    case 'limit':
      return origins(node.input, id);
    case 'window':
      // The policy keeps window functions from reading such a column.
      return id < node.input.columns.length ? origins(node.input, id) : [];
    case 'candidates':
    case 'group':
      return [];
  }
}

function ofPair(left: RelationNode, right: RelationNode, id: number): Never[] {
  const width = left.columns.length;
  return id < width ? origins(left, id) : origins(right, id - width);
}

function ofTable(table: TableVersion, id: number): Never[] {
  if (id >= table.definition.columns.length) return [];
  const column = columnOf(table, id as ColumnId);
  if (revealOf(column) !== 'never') return [];
  return [{ table: table.definition.name, column: column.name }];
}
