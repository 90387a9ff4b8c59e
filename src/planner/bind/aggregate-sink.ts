import type { ColumnId } from '../../catalog/table.ts';
import type { Bounds, SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import { sumType } from '../logical/arithmetic-types.ts';
import {
  type Aggregate,
  type AggregateFunction,
  type LogicalPlan,
  relationColumns,
} from '../logical/plan.ts';
import { smaller } from '../logical/quotient.ts';
import { scalarKey } from '../logical/rewrite.ts';
import { rowsMax, valuesMax } from '../logical/row-bound.ts';
import {
  BIGINT,
  BOOLEAN,
  column,
  type Scalar,
  type ScalarOf,
  textFacts,
} from '../logical/scalar.ts';

/** What an aggregate computes, before its type and bounds are known. */
export interface Measured {
  readonly fn: AggregateFunction;
  readonly operand?: Scalar;
  readonly filter: Scalar | undefined;
  readonly label: string;
  readonly at: Position;
}

/**
 * Collects the aggregates of one SELECT, each once. Until the group keys are known, aggregate k is column `first` + k, behind the
 * columns of the input.
 */
export class AggregateSink {
  readonly first: number;
  readonly aggregates: Aggregate[] = [];
  /** Whether the SELECT has any aggregate, computed or constant. */
  used = false;
  private readonly rows: bigint;
  private readonly grouped: boolean;
  private readonly known = new Map<string, number>();

  /** `grouped`: every group has a row. */
  constructor(input: LogicalPlan, grouped: boolean) {
    this.first = relationColumns(input).length;
    this.rows = rowsMax(input);
    this.grouped = grouped;
  }

  /** The column that an aggregate becomes. */
  add(measured: Measured): ScalarOf<'column'> {
    const { fn, operand, filter, label, at } = measured;
    const key = [fn, operand, filter]
      .map((part) => (typeof part === 'object' ? scalarKey(part) : part))
      .join(' ');
    const type = typeOf(fn, operand);
    const bounds = boundsOf(fn, operand, this.rows, this.alwaysCounts(measured));
    const nullable = !fn.startsWith('count') && !this.alwaysCounts(measured);
    const known = this.known.get(key);
    if (known === undefined) {
      this.known.set(key, this.aggregates.length);
      const inputs = { ...(operand && { operand }), ...(filter && { filter }) };
      this.aggregates.push({ fn, ...inputs, type, bounds, nullable, label, at });
    }
    const text = operand === undefined || (fn !== 'min' && fn !== 'max') ? {} : textFacts(operand);
    const id = this.first + (known ?? this.aggregates.length - 1);
    return column(id as ColumnId, { type, bounds, nullable, ...text }, at);
  }

  private alwaysCounts({ operand, filter }: Measured): boolean {
    return this.grouped && filter === undefined && operand?.nullable !== true;
  }
}

function typeOf(fn: AggregateFunction, operand: Scalar | undefined): SqlType {
  if (operand === undefined || fn === 'count' || fn === 'countDistinct') return BIGINT;
  if (fn === 'any' || fn === 'every') return BOOLEAN;
  return fn === 'min' || fn === 'max' ? operand.type : sumType(operand.type);
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
