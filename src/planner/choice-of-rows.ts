import type { Scalar } from './logical/scalar.ts';
import { printRange } from './operators.ts';
import { type CollectNode, nodesBelow, type RelationNode } from './physical/plan.ts';
import { printScalar } from './print-scalar.ts';

/**
 * In plain words what chose the rows of a relation: conditions, pairs of joins, rows that were taken of an order. Each once. A group is
 * there if one of its rows is; the one row of an aggregate without groups always is.
 */
export function choiceOf(...nodes: readonly RelationNode[]): string[] {
  return [...new Set(nodes.flatMap(choices))];
}

function choices(node: RelationNode): string[] {
  if (node.kind === 'group' && !node.grouped) return [];
  if (node.kind === 'candidates') return ofCandidates(node.collect);
  return [...nodesBelow(node).flatMap(choices), ...own(node)];
}

function ofCandidates({ input: sums }: CollectNode): string[] {
  if (sums?.grouped !== true) return [];
  const { filter, input } = sums.input;
  const below = input.kind === 'relation' ? choices(input.node) : [];
  const further = input.kind === 'collect' ? ofCandidates(input) : below;
  return filter === undefined ? further : [...further, `where ${filter.label}`];
}

function own(node: RelationNode): string[] {
  switch (node.kind) {
    case 'compute':
      return node.filter === undefined ? [] : [`where ${node.filter.label}`];
    case 'join':
      return pairs(node);
    case 'limit':
      return [`${printRange(node)} in the order of the query`];
    default:
      return [];
  }
}

const KINDS = {
  inner: 'joined on',
  left: 'with the rows that match',
  semi: 'with a match for',
  anti: 'without a match for',
} as const;

function pairs({ join, keys, left, right, condition }: Extract<RelationNode, { kind: 'join' }>) {
  const print = (scalar: Scalar, below: readonly RelationNode[]) => {
    const names = below.flatMap(({ columns }) => columns.map(({ name }) => name));
    return printScalar(scalar, names);
  };
  const equal = keys.map((key) => `${print(key.left, [left])} = ${print(key.right, [right])}`);
  const more = condition === undefined ? [] : [print(condition, [left, right])];
  const on = [...equal, ...more];
  return on.length === 0 ? [] : [`${KINDS[join]} ${on.join(' AND ')}`];
}
