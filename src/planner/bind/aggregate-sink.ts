import type { ColumnId } from '../../catalog/table.ts';
import type { Bounds, SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import { sumType } from '../logical/arithmetic-types.ts';
import { valuesMax } from '../logical/domain-size.ts';
import { rowsMax } from '../logical/multiplicity.ts';
import type { Aggregate, AggregateFunction, LogicalPlan } from '../logical/plan.ts';
import { smaller } from '../logical/quotient.ts';
import { scalarKey } from '../logical/rewrite.ts';
import {
  BIGINT,
  BOOLEAN,
  column,
  type Scalar,
  type ScalarOf,
  textFacts,
} from '../logical/scalar.ts';
import { AGGREGATE_PLACE } from './places.ts';

/** What an aggregate computes, before its type and bounds are known. */
export interface Measured {
  readonly fn: AggregateFunction;
  readonly operand?: Scalar;
  readonly filter: Scalar | undefined;
  /** Of a quantile. */
  readonly fraction?: Aggregate['fraction'];
  readonly label: string;
  readonly at: Position;
}

/** Where the aggregates that an expression needs are put; gives the column that stands for one. */
export interface Sink {
  add(measured: Measured): Scalar;
}

/** Collects the aggregates of one SELECT, each once: aggregate k is column AGGREGATE_PLACE + k until the group keys are known. */
export class AggregateSink implements Sink {
  readonly aggregates: Aggregate[] = [];
  /** Whether the SELECT has any aggregate, computed or constant. */
  used = false;
  private readonly rows: bigint;
  private readonly grouped: boolean;
  private readonly known = new Map<string, number>();

  /** `grouped`: every group has a row. */
  constructor(input: LogicalPlan, grouped: boolean) {
    this.rows = rowsMax(input);
    this.grouped = grouped;
  }

  /** The column that an aggregate becomes. */
  add(measured: Measured): ScalarOf<'column'> {
    const { fn, operand, filter, fraction, label, at } = measured;
    const key = [
      ...[fn, operand && scalarKey(operand), filter && scalarKey(filter)],
      ...[fraction?.numerator, fraction?.denominator],
    ].join(' ');
    const type = typeOf(fn, operand);
    const bounds = boundsOf(fn, operand, this.rows, this.alwaysCounts(measured));
    const nullable = !fn.startsWith('count') && !this.alwaysCounts(measured);
    const known = this.known.get(key);
    if (known === undefined) {
      this.known.set(key, this.aggregates.length);
      const inputs = {
        ...(operand && { operand }),
        ...(filter && { filter }),
        ...(fraction && { fraction }),
      };
      this.aggregates.push({ fn, ...inputs, type, bounds, nullable, label, at });
    }
    const text = operand === undefined || !keepsValues(fn) ? {} : textFacts(operand);
    const id = AGGREGATE_PLACE + (known ?? this.aggregates.length - 1);
    return column(id as ColumnId, { type, bounds, nullable, ...text }, at);
  }

  private alwaysCounts({ operand, filter }: Measured): boolean {
    return this.grouped && filter === undefined && operand?.nullable !== true;
  }
}

function keepsValues(fn: AggregateFunction): boolean {
  return fn === 'min' || fn === 'max' || fn.startsWith('quantile');
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
