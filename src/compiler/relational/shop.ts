import type { ColumnId } from '../../catalog/table.ts';
import type { RelationNode } from '../../planner/physical/plan.ts';
import type { Workshop } from '../collect.ts';
import type { PlaneRelation } from './relation.ts';
import type { OrderWish } from './row-order.ts';

/** What the operators of a plan share while they are compiled. */
export interface RelationalShop extends Workshop {
  /** Index of a node's operator in the program. */
  readonly operatorOf: (node: RelationNode) => number;
  /** Compiles a node below, of which only the listed columns are read; `wish` says which orders would spare something above. */
  readonly compile: (
    node: RelationNode,
    needed: ReadonlySet<ColumnId>,
    wish?: OrderWish,
  ) => PlaneRelation;
}
