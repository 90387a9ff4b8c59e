import type { ColumnId, TableVersion } from '../../catalog/table.ts';
import type { Bounds, SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import { type Scalar, textFacts } from './scalar.ts';

/**
 * A bound query as a chain of relations, the root being an `output`:
 *
 *   output -> [limit] -> [filter] -> { aggregate -> [filter] }* -> scan | oneRow
 *
 * A filter above an aggregate is HAVING, or the WHERE of a query over a grouped one. Derived tables and CTEs are gone: the
 * binder puts their expressions in place. Scalars read the columns of the node's input (see {@link relationColumns}).
 */
export type LogicalPlan =
  /** The one row, without columns, that a SELECT without FROM reads. */
  | { readonly kind: 'oneRow' }
  /** All rows of a table; only the listed columns are read, but ColumnIds are those of the table. */
  | { readonly kind: 'scan'; readonly table: TableVersion; readonly columns: readonly ColumnId[] }
  /** Rows for which the predicate is TRUE; which ones is secret. `label` is the source text. */
  | {
      readonly kind: 'filter';
      readonly input: LogicalPlan;
      readonly predicate: Scalar;
      readonly label: string;
    }
  /**
   * One row per combination of key values that occurs (`grouped`), or exactly one row. GROUP BY a constant
   * is `grouped` without keys. Its columns are the keys, then the aggregates.
   */
  | {
      readonly kind: 'aggregate';
      readonly input: LogicalPlan;
      readonly grouped: boolean;
      readonly keys: readonly GroupKey[];
      readonly aggregates: readonly Aggregate[];
      /** Where GROUP BY (or else SELECT) stands. */
      readonly at: Position;
    }
  /** The rows [offset, offset + count) in the order of the keys; ties in any order. Keys may be ratios. */
  | {
      readonly kind: 'limit';
      readonly input: LogicalPlan;
      readonly order: readonly SortKey[];
      readonly offset: bigint;
      /** Absent: all after the offset. */
      readonly count?: bigint;
    }
  /** What the analyst receives, in SELECT order, sorted by `order` (empty: any order). */
  | {
      readonly kind: 'output';
      readonly input: LogicalPlan;
      readonly columns: readonly OutputColumn[];
      readonly order: readonly SortKey[];
    };

export type PlanOf<Kind extends LogicalPlan['kind']> = Extract<
  LogicalPlan,
  { readonly kind: Kind }
>;

/** A key of small public domain: bounds or dictionary say which values can occur. */
export interface GroupKey {
  readonly scalar: Scalar;
  /** Source text or name, for EXPLAIN. */
  readonly label: string;
}

/**
 * What one pass over rows computes. AVG, VAR, STDDEV and AVG(DISTINCT) are ratios of these, made by the binder.
 * any: whether a condition is TRUE in some row; every: in none FALSE; both NULL without a row that has a truth value.
 */
export type AggregateFunction =
  | 'countStar'
  | 'count'
  | 'sum'
  | 'min'
  | 'max'
  | 'any'
  | 'every'
  | 'countDistinct'
  | 'sumDistinct';

export interface Aggregate {
  readonly fn: AggregateFunction;
  /** Absent for countStar. Never a ratio: a sum of DOUBLEs is a ratio over a sum of `fixed`. */
  readonly operand?: Scalar;
  /** FILTER (WHERE …): rows for which it is TRUE. */
  readonly filter?: Scalar;
  readonly type: SqlType;
  /** Exact range of the result: of a sum, over all rows that its input can have. */
  readonly bounds: Bounds;
  /** counts are never NULL; others are where no row counts. */
  readonly nullable: boolean;
  /** Source text, e.g. `sum(b)`. */
  readonly label: string;
  readonly at: Position;
}

export interface SortKey {
  readonly scalar: Scalar;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface OutputColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Reads the columns of the input: group keys and aggregates. May be a ratio. */
  readonly scalar: Scalar;
}

/** What expressions over a relation may read; index = ColumnId. */
export type RelationColumn = Pick<
  Scalar,
  'type' | 'bounds' | 'nullable' | 'dictionary' | 'bytes'
> & { readonly name: string };

/** The columns of a relation: of a table all, of an aggregate its keys and then its aggregates. */
export function relationColumns(plan: LogicalPlan): RelationColumn[] {
  switch (plan.kind) {
    case 'oneRow':
      return [];
    case 'scan':
      return plan.table.definition.columns.map((column) => ({ ...column }));
    case 'aggregate':
      return [
        ...plan.keys.map(({ scalar, label }) => ({ ...columnFacts(scalar), name: label })),
        ...plan.aggregates.map((aggregate) => ({
          ...(aggregate.operand === undefined || !keepsValues(aggregate.fn)
            ? {}
            : textFacts(aggregate.operand)),
          type: aggregate.type,
          bounds: aggregate.bounds,
          nullable: aggregate.nullable,
          name: aggregate.label,
        })),
      ];
    default:
      return relationColumns(plan.input);
  }
}

function keepsValues(fn: AggregateFunction): boolean {
  return fn === 'min' || fn === 'max';
}

function columnFacts(scalar: Scalar) {
  const { type, bounds, nullable } = scalar;
  return { type, bounds, nullable, ...textFacts(scalar) };
}

/** The plan's chain from the root down to its source. */
export function chainOf(plan: LogicalPlan): LogicalPlan[] {
  return plan.kind === 'oneRow' || plan.kind === 'scan' ? [plan] : [plan, ...chainOf(plan.input)];
}
