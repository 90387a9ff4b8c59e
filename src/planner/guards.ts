import {
  type JoinGuard,
  nodesBelow,
  type PhysicalPlan,
  type RelationNode,
  type RowsNode,
} from './physical/plan.ts';

/** What the joins of a plan rely on and the program checks, each once. */
export function guardsOf({ answer }: PhysicalPlan): JoinGuard[] {
  const all = answer.kind === 'known' ? [] : ofAnswer(answer);
  return [...new Map(all.map((guard) => [guard.tells, guard])).values()];
}

function ofAnswer(answer: Exclude<PhysicalPlan['answer'], { kind: 'known' }>): JoinGuard[] {
  if (answer.kind === 'rows') return inRelation(answer.input);
  return inRows(answer.kind === 'sums' ? answer.input.input.input : answer.input);
}

function inRows(rows: RowsNode): JoinGuard[] {
  switch (rows.kind) {
    case 'read':
      return [];
    case 'collect':
      return rows.input === undefined ? [] : inRows(rows.input.input.input);
    case 'relation':
      return inRelation(rows.node);
  }
}

function inRelation(node: RelationNode): JoinGuard[] {
  if (node.kind === 'candidates') return inRows(node.collect);
  const below = nodesBelow(node).flatMap(inRelation);
  if (node.kind !== 'join' || node.method.kind === 'loop') return below;
  const { guard } = node.method;
  return guard === undefined ? below : [...below, guard];
}
