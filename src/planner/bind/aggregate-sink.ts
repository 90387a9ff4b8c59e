import type { ColumnId } from '../../catalog/table.ts';
import type { Position } from '../../errors/tacit-error.ts';
import { aggregateFacts, type Extent } from '../logical/aggregate-facts.ts';
import { rowsMax } from '../logical/multiplicity.ts';
import {
  type Aggregate,
  type AggregateFunction,
  keepsValues,
  type LogicalPlan,
} from '../logical/plan.ts';
import { scalarKey } from '../logical/rewrite.ts';
import { column, type Scalar, type ScalarOf, textFacts } from '../logical/scalar.ts';
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
  private readonly extent: Extent;
  private readonly known = new Map<string, number>();

  /** `grouped`: every group has a row. */
  constructor(input: LogicalPlan, grouped: boolean) {
    this.extent = { rows: rowsMax(input), grouped };
  }

  /** The column that an aggregate becomes. */
  add(measured: Measured): ScalarOf<'column'> {
    const { fn, operand, filter, fraction, label, at } = measured;
    const key = [
      ...[fn, operand && scalarKey(operand), filter && scalarKey(filter)],
      ...[fraction?.numerator, fraction?.denominator],
    ].join(' ');
    const { type, bounds, nullable } = aggregateFacts(measured, this.extent);
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
}
