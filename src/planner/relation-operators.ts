import type { ColumnId, TableVersion } from '../catalog/table.ts';
import type { Scalar } from './logical/scalar.ts';
import { chained, counted, type Operator, printRange } from './operators.ts';
import {
  type CollectNode,
  type JoinNode,
  levelBase,
  nodesBelow,
  type RelationNode,
} from './physical/plan.ts';
import { printScalar } from './print-scalar.ts';

/** Operators of candidate groups below a relation. */
type CollectOperators = (node: CollectNode, depth: number, base: number) => Operator[];

/** The operators of a relation from the root down, a node's inputs one level deeper. */
export function relationOperators(
  node: RelationNode,
  depth: number,
  collect: CollectOperators,
): Operator[] {
  const level = levelBase(node.id);
  const own = chained([{ role: 'relation', level, label: labelOf(node), rows: node.rows }], depth);
  if (node.kind === 'candidates') return [...own, ...collect(node.collect, depth + 1, level + 1)];
  return [...own, ...nodesBelow(node).flatMap((n) => relationOperators(n, depth + 1, collect))];
}

/** `read shares claims(id, amount)`. */
export function readLabel(table: TableVersion, columns: readonly ColumnId[]): string {
  const names = columns.map((id) => table.definition.columns[id]?.name ?? '');
  return `read shares ${table.definition.name}(${names.join(', ')})`;
}

function labelOf(node: RelationNode): string {
  switch (node.kind) {
    case 'table':
      return readLabel(node.table, node.reads);
    case 'candidates':
      return 'candidate groups';
    case 'compute': {
      const kept = node.filter === undefined ? '' : ` where ${node.filter.label}`;
      return `${node.scalars === undefined ? 'filter rows' : 'compute columns'}${kept}`;
    }
    case 'concat':
      return `put ${counted(node.inputs.length, 'relation')} one after another`;
    case 'group': {
      const keys = print(node.keys, node.input);
      const sums = node.aggregates.map(({ label }) => label).join(', ');
      const by = keys === '' ? 'one group' : `sort and group by ${keys}`;
      return sums === '' ? by : `${by}: ${sums}`;
    }
    case 'join':
      return joinLabel(node);
    case 'window':
      return `sort and compute ${node.functions.map(({ label }) => label).join(', ')}`;
    case 'limit':
      return `sort and take ${printRange(node)}`;
  }
}

function joinLabel({ join, keys, left, right, method, condition }: JoinNode): string {
  const on = keys.map((key) => `${print([key.left], left)} = ${print([key.right], right)}`);
  const text = on.length === 0 ? '' : ` on ${on.join(' AND ')}`;
  const more = condition === undefined ? '' : ' with a condition';
  const guarded = method.kind !== 'loop' && method.guard !== undefined ? ', guarded' : '';
  return `${join} join by ${METHODS[method.kind]}${text}${more}${guarded}`;
}

const METHODS = {
  lookup: 'look-up of one row',
  expand: 'expansion',
  loop: 'comparing all pairs',
} as const;

function print(scalars: readonly Scalar[], below: RelationNode): string {
  const names = below.columns.map(({ name }) => name);
  return scalars.map((scalar) => printScalar(scalar, names)).join(', ');
}
