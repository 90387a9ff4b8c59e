import type { Bounds, SqlType } from '../../catalog/types.ts';
import { sumType } from './arithmetic-types.ts';
import { valuesMax } from './domain-size.ts';
import { type Aggregate, type AggregateFunction, keepsValues } from './plan.ts';
import { smaller } from './quotient.ts';
import { BIGINT, BOOLEAN, type Scalar } from './scalar.ts';

/** Over what an aggregate is taken: at most `rows` rows; `grouped`: of a group, and every group has a row. */
export interface Extent {
  readonly rows: bigint;
  readonly grouped: boolean;
}

/** Type, exact bounds and nullability of an aggregate's result. */
export function aggregateFacts(
  { fn, operand, filter }: Pick<Aggregate, 'fn' | 'operand'> & { readonly filter?: unknown },
  { rows, grouped }: Extent,
): Pick<Aggregate, 'type' | 'bounds' | 'nullable'> {
  const always = grouped && filter === undefined && operand?.nullable !== true;
  return {
    type: typeOf(fn, operand),
    bounds: boundsOf(fn, operand, rows, always),
    nullable: !fn.startsWith('count') && !always,
  };
}

function typeOf(fn: AggregateFunction, operand: Scalar | undefined): SqlType {
  if (operand === undefined || fn === 'count' || fn === 'countDistinct') return BIGINT;
  if (fn === 'any' || fn === 'every') return BOOLEAN;
  return keepsValues(fn) ? operand.type : sumType(operand.type);
}

function boundsOf(
  fn: AggregateFunction,
  operand: Scalar | undefined,
  rows: bigint,
  always: boolean,
): Bounds {
  const least = always ? smaller(1n, rows) : 0n;
  if (operand === undefined || fn === 'countStar' || fn === 'count')
    return { min: least, max: rows };
  const { min, max } = operand.bounds;
  switch (fn) {
    case 'countDistinct':
      return { min: least, max: smaller(rows, valuesMax(operand)) };
    case 'sum':
      return { min: min < 0n ? min * rows : 0n, max: max > 0n ? max * rows : 0n };
    case 'sumDistinct':
      return { min: -triangle(-min, -max), max: triangle(max, min) };
    default:
      return operand.bounds;
  }
}

/** Sum of the positive integers from `low` to `high`. */
function triangle(high: bigint, low: bigint): bigint {
  if (high <= 0n) return 0n;
  const from = low > 0n ? low : 1n;
  return ((high + from) * (high - from + 1n)) / 2n;
}
