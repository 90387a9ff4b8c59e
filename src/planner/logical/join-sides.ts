import { combineNumbers } from './arithmetic-types.ts';
import type { JoinPlan } from './plan.ts';
import { columnsOf, moveColumns } from './rewrite.ts';
import { isNumeric, retype, type Scalar } from './scalar.ts';

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
  if (sides[0] === 'left' && sides[1] === 'right') return { left: a, right: behind(b, width) };
  if (sides[0] === 'right' && sides[1] === 'left') return { left: b, right: behind(a, width) };
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

/** The scalar over the right side alone. */
function behind(scalar: Scalar, width: number): Scalar {
  return moveColumns(scalar, (id) => id - width);
}
