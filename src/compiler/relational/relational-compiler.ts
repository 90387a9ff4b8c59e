import type { ColumnId } from '../../catalog/table.ts';
import { levelBase, type RelationNode } from '../../planner/physical/plan.ts';
import type { Workshop } from '../collect.ts';
import { compileCandidates } from './candidates.ts';
import { compileCompute } from './compute.ts';
import { compileConcat } from './concat.ts';
import { compileGroup } from './group.ts';
import { compileJoin } from './join.ts';
import { compileLimit } from './limit.ts';
import type { PlaneRelation } from './relation.ts';
import type { OrderWish } from './row-order.ts';
import type { RelationalShop } from './shop.ts';
import { compileTable } from './table.ts';
import { compileWindow } from './window.ts';

/** Everything that operators of relations need, for a program in the making. */
export function relationalShop(shop: Omit<Workshop, 'relation'>): RelationalShop {
  const made: RelationalShop = {
    ...shop,
    operatorOf: ({ id }) => shop.operator('relation', levelBase(id)),
    compile: (node, needed, wish) => compileNode(made, node, needed, wish),
    relation: (node, needed) => compileNode(made, node, needed),
  };
  return made;
}

/** Adds the stages that make the relation of a node; only the needed columns are made. */
function compileNode(
  shop: RelationalShop,
  node: RelationNode,
  needed: ReadonlySet<ColumnId>,
  wish?: OrderWish,
): PlaneRelation {
  switch (node.kind) {
    case 'table':
      return compileTable(shop, node, needed);
    case 'candidates':
      return compileCandidates(shop, node, needed);
    case 'compute':
      return compileCompute(shop, node, needed, wish);
    case 'concat':
      return compileConcat(shop, node, needed);
    case 'group':
      return compileGroup(shop, node, needed);
    case 'join':
      return compileJoin(shop, node, needed, wish);
    case 'window':
      return compileWindow(shop, node, needed);
    case 'limit':
      return compileLimit(shop, node, needed);
  }
}
