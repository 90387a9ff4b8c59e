import type { ColumnId } from '../../catalog/table.ts';
import { invariant } from '../../errors/tacit-error.ts';
import type { ConcatNode } from '../../planner/physical/plan.ts';
import { encodingOf } from '../encoding-of.ts';
import type { ColumnPlanes, PlaneRelation } from './relation.ts';
import type { RelationalShop } from './shop.ts';
import { type ConcatInput, concat } from './stages.ts';

type Planes = ConcatInput['planes'];

/** The rows of all inputs one after another; their columns have the encodings of the node's. Nothing is computed. */
export function compileConcat(
  shop: RelationalShop,
  node: ConcatNode,
  needed: ReadonlySet<ColumnId>,
): PlaneRelation {
  const tagId = node.tag ? node.columns.length - 1 : -1;
  const below = new Set([...needed].filter((id) => id !== tagId));
  const inputs = node.inputs.map((input) => shop.compile(input, below));
  const columns: (ColumnPlanes | undefined)[] = [];
  let planes = 1;
  for (const [id, facts] of node.columns.entries()) {
    if (!needed.has(id as ColumnId)) {
      columns.push(undefined);
      continue;
    }
    const bits = Array.from({ length: encodingOf(facts).width }, () => planes++);
    columns.push(facts.nullable ? { facts, bits, isNull: planes++ } : { facts, bits });
  }
  const list = inputs.map((relation, tag): ConcatInput => {
    const valid = relation.valid ?? 'one';
    const own = columns.flatMap((column, id): Planes => {
      if (column === undefined) return [];
      if (id === tagId) return tagPlanes(column, tag);
      return columnPlanes(relation.columns[id], column);
    });
    return { relation, planes: [valid, ...own] };
  });
  const made = concat(shop, shop.operatorOf(node), list);
  return { ...made, planes, columns, valid: 0 };
}

function tagPlanes({ bits }: ColumnPlanes, tag: number): Planes {
  return bits.map((_, k) => ((tag >> k) & 1 ? 'one' : 'zero'));
}

/** The planes of an input's column, extended to the width of the target. */
function columnPlanes(from: ColumnPlanes | undefined, { bits, isNull }: ColumnPlanes): Planes {
  invariant(from !== undefined, 'a column of a concatenated relation');
  const { signed } = encodingOf(from.facts);
  const filler = signed ? (from.bits.at(-1) ?? 'zero') : 'zero';
  const value = bits.map((_, k) => from.bits[k] ?? filler);
  return isNull === undefined ? value : [...value, from.isNull ?? 'zero'];
}
