import type { ColumnId } from '../../catalog/table.ts';
import { invariant } from '../../errors/tacit-error.ts';
import { moveColumns } from '../../planner/logical/rewrite.ts';
import { compare, isNull, logic } from '../../planner/logical/scalar.ts';
import type { JoinNode } from '../../planner/physical/plan.ts';
import { compileExpand } from './join-expand.ts';
import { joinKeys } from './join-keys.ts';
import { compileLookup } from './join-lookup.ts';
import { compileLoop } from './join-loop.ts';
import { JoinWork } from './join-work.ts';
import type { PlaneRelation } from './relation.ts';
import type { OrderWish } from './row-order.ts';
import type { RelationalShop } from './shop.ts';

/** Pairs of rows of two relations, or the rows of one that have a partner or none, by the method that the planner chose. */
export function compileJoin(
  shop: RelationalShop,
  node: JoinNode,
  needed: ReadonlySet<ColumnId>,
  wish?: OrderWish,
): PlaneRelation {
  const work = new JoinWork(shop, comparingAll(node), needed, wish);
  const { method, keys } = work.node;
  switch (method.kind) {
    case 'lookup':
      return compileLookup(work, joinKeys(keys), method.guard);
    case 'expand':
      return compileExpand(work, joinKeys(keys), method);
    case 'loop':
      return compileLoop(work);
  }
}

/** NOT IN with a condition: no pair that meets it has keys of which it is not FALSE that they are equal. */
function comparingAll(node: JoinNode): JoinNode {
  const { nullAware, condition, keys, left } = node;
  if (!nullAware || (condition === undefined && node.method.kind !== 'loop')) return node;
  const width = left.columns.length;
  const mayBeEqual = keys.flatMap((key) => {
    const equality = compare(
      '=',
      key.left,
      moveColumns(key.right, (id) => id + width),
      key.left.at,
    );
    return [logic('or', [equality, isNull(equality, key.left.at)], key.left.at)];
  });
  const all = condition === undefined ? mayBeEqual : [condition, ...mayBeEqual];
  const [first] = all;
  invariant(first !== undefined, 'NOT IN without a comparison');
  return {
    ...node,
    ...{ keys: [], nullAware: false, method: { kind: 'loop' } },
    condition: all.length === 1 ? first : logic('and', all, first.at),
  };
}
