import type { Position } from '../../errors/tacit-error.ts';
import type { Expression } from '../../parser/syntax.ts';
import type { JoinKind, JoinPlan } from '../logical/plan.ts';
import { columnsOf, conjuncts } from '../logical/rewrite.ts';
import { constantTruth, isNumeric, type Scalar } from '../logical/scalar.ts';
import { combineNumbers, retype } from './joint-type.ts';
import { shifted } from './places.ts';

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

/** The side whose columns a scalar reads. */
export function sideOf(scalar: Scalar, width: number): 'left' | 'right' | 'both' | 'none' {
  const ids = columnsOf(scalar);
  if (ids.length === 0) return 'none';
  if (ids.every((id) => id < width)) return 'left';
  return ids.every((id) => id >= width) ? 'right' : 'both';
}

/** An equality between the sides. */
export function equalityOf(scalar: Scalar, width: number): JoinPlan['keys'][number] | undefined {
  if (scalar.kind !== 'compare' || scalar.op !== '=') return undefined;
  const sides = [scalar.left, scalar.right].map((side) => sideOf(side, width));
  const [a, b] = inOneType(scalar.left, scalar.right);
  if (sides[0] === 'left' && sides[1] === 'right') return { left: a, right: shifted(b, -width) };
  if (sides[0] === 'right' && sides[1] === 'left') return { left: b, right: shifted(a, -width) };
  return undefined;
}

/** The sides of a comparison are in one unit already; integers of different types get the wider one. */
function inOneType(left: Scalar, right: Scalar): readonly [Scalar, Scalar] {
  if (isNumeric(left.type) && isNumeric(right.type)) {
    const type = combineNumbers(left.type, right.type);
    return [retype(left, type), retype(right, type)];
  }
  return left.type.kind === 'boolean'
    ? [retype(left, right.type), right]
    : [left, retype(right, left.type)];
}
