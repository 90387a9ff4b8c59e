import type { PlaneRelation } from './relation.ts';
import type { RelationalShop } from './shop.ts';

/** The relation, or if it has no places for rows one with a place where none is. */
export function withRows(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
): PlaneRelation {
  if (from.rows > 0) return from;
  const relation = shop.numbering.relation();
  const column = { kind: 'constant', values: [0n], width: from.planes + 1 } as const;
  shop.stages.push({ kind: 'collect', relation, rows: 1, columns: [column], operator });
  const { columns, planes } = from;
  return { relation, rows: 1, planes: planes + 1, columns, valid: planes };
}
