import { choiceOf } from './choice-of-rows.ts';
import {
  type JoinGuard,
  nodesBelow,
  type PhysicalPlan,
  type RelationNode,
  type RowsNode,
} from './physical/plan.ts';

/** What the joins of a plan rely on and the program checks, with what chose the rows that are joined; one for each bit that is opened. */
export function guardsOf({ answer }: PhysicalPlan): JoinGuard[] {
  return answer.kind === 'known' ? [] : ofAnswer(answer);
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
  if (guard === undefined) return below;
  const choice = choiceOf(node.left, node.right);
  const rows = choice.length === 0 ? '' : `, of the rows ${choice.join('; ')}`;
  return [...below, { ...guard, tells: `${guard.tells}${rows}` }];
}
