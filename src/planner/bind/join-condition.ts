import type { Position } from '../../errors/tacit-error.ts';
import type { Expression } from '../../parser/syntax.ts';
import { equalityOf, sideOf } from '../logical/join-sides.ts';
import type { JoinKind, JoinPlan } from '../logical/plan.ts';
import { conjuncts } from '../logical/rewrite.ts';
import { constantTruth, type Scalar } from '../logical/scalar.ts';

/** A bound condition over the columns of left, then those of right. */
export interface Condition {
  readonly scalar: Scalar;
  readonly label: string;
  readonly at: Position;
}

/** The expressions that are joined by AND. */
export function conjunctionOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'logic' || expression.op !== 'and') return [expression];
  return [...conjunctionOf(expression.left), ...conjunctionOf(expression.right)];
}

/** Which sides of a join hold rows that only count if they meet the condition: what it says of them alone may be said below. */
const FILTERED = {
  inner: { left: true, right: true },
  left: { left: false, right: true },
  right: { left: true, right: false },
  full: { left: false, right: false },
  semi: { left: true, right: true },
  anti: { left: false, right: true },
} as const;

/** Conditions of a join, sorted: equalities of its sides, what concerns one side alone, and the rest. */
export function splitConditions(
  join: JoinKind,
  conditions: readonly Condition[],
  width: number,
): {
  readonly keys: JoinPlan['keys'];
  readonly ofLeft: readonly Condition[];
  readonly ofRight: readonly Condition[];
  readonly rest: readonly Condition[];
} {
  const parts = conditions
    .flatMap((each) => conjuncts(each.scalar).map((scalar) => ({ ...each, scalar })))
    .filter(({ scalar }) => constantTruth(scalar) !== true);
  const keys: JoinPlan['keys'][number][] = [];
  const [ofLeft, ofRight, rest]: [Condition[], Condition[], Condition[]] = [[], [], []];
  for (const part of parts) {
    const side = sideOf(part.scalar, width);
    const key = equalityOf(part.scalar, width);
    if (key !== undefined) keys.push(key);
    else if (side === 'left' && FILTERED[join].left) ofLeft.push(part);
    else if (side === 'right' && FILTERED[join].right) ofRight.push(part);
    else rest.push(part);
  }
  return { keys, ofLeft, ofRight, rest };
}
