import type { ColumnId, TableVersion } from '../../catalog/table.ts';
import type { Bounds, SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import { INTEGER, type Scalar, textFacts } from './scalar.ts';

/**
 * A bound query as a tree of relations, the root being an `output`. A filter above an aggregate is HAVING, or the WHERE of a query
 * over a grouped one. Derived tables and CTEs are gone: the binder puts their expressions in place. Scalars read the columns
 * of the node's input (see {@link relationColumns}).
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
  /** Each row with other columns. */
  | {
      readonly kind: 'project';
      readonly input: LogicalPlan;
      readonly columns: readonly { readonly name: string; readonly scalar: Scalar }[];
    }
  | JoinPlan
  /**
   * The rows of all inputs, which have equally many columns, each of one type, unit and dictionary. With `tag`, a last column
   * says from which input (0, 1, ...) the row is.
   */
  | {
      readonly kind: 'concat';
      readonly inputs: readonly LogicalPlan[];
      readonly columns: readonly RelationColumn[];
      readonly tag: boolean;
    }
  /** Each row with more columns: those of the input, then one per function. */
  | {
      readonly kind: 'window';
      readonly input: LogicalPlan;
      readonly functions: readonly WindowFunction[];
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

/**
 * Rows of `left` with rows of `right` for which all keys are equal (NULL equals nothing) and the condition is TRUE. Columns: those
 * of left, then those of right; of semi and anti joins only those of left. left, right, full: rows without a partner once, with
 * NULLs. semi, anti: rows of left that have a partner, that have none.
 */
export interface JoinPlan {
  readonly kind: 'join';
  readonly join: JoinKind;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  /** Both of one type, unit and dictionary; `left` reads the columns of left, `right` those of right. */
  readonly keys: readonly { readonly left: Scalar; readonly right: Scalar }[];
  /** Reads the columns of left, then those of right, also in semi and anti joins. */
  readonly condition?: Scalar;
  /**
   * Of an anti join with one key: NOT IN. A row of left stays only if the comparison is FALSE for every row of right that meets the
   * condition: not if its key is NULL (unless there is no such row), nor if that of such a row is.
   */
  readonly nullAware: boolean;
  /** Most pairs, as a hint in the statement says; more is an error at run time that reveals only that. */
  readonly pairsMax?: bigint;
  /** That hint asks for the number of pairs. */
  readonly disclosesPairs?: true;
  /** Source text, for EXPLAIN. */
  readonly label: string;
  readonly at: Position;
}

export type JoinKind = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';

/** A function of a row and others of its partition, the rows with the same values of `partition` (NULL equals NULL there). */
export interface WindowFunction {
  readonly fn: WindowFunctionName;
  /** Absent for functions of the row's place alone, and countStar. */
  readonly operand?: Scalar;
  /** lag, lead: by how many rows; nthValue: which row, from 1; ntile: how many tiles. */
  readonly count?: bigint;
  /** lag, lead: the value where there is no such row; absent: NULL. */
  readonly otherwise?: Scalar;
  /** FILTER of an aggregate. */
  readonly filter?: Scalar;
  readonly partition: readonly Scalar[];
  readonly order: readonly SortKey[];
  readonly frame: Frame;
  readonly type: SqlType;
  readonly bounds: Bounds;
  readonly nullable: boolean;
  readonly label: string;
  readonly at: Position;
}

/** percentRank and cumeDist are not here: the binder makes them ratios of rank, rowsOfPeers and the partition's count. */
export type WindowFunctionName =
  | 'rowNumber'
  | 'rank'
  | 'denseRank'
  | 'ntile'
  | 'lag'
  | 'lead'
  | 'firstValue'
  | 'lastValue'
  | 'nthValue'
  | 'countStar'
  | 'count'
  | 'sum'
  | 'min'
  | 'max';

/**
 * Which rows of the partition a function sees, by their distance in rows (negative: preceding); absent: unbounded. `peers`: to the
 * last row that is equal to this one in `order` (RANGE, the default with ORDER BY), with `end` 0.
 */
export interface Frame {
  readonly start?: bigint;
  readonly end?: bigint;
  readonly peers: boolean;
}

/** A key of a group. With a small public domain, bounds or dictionary say which values can occur. */
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
  | 'sumDistinct'
  /** The value at place floor(fraction * (count - 1)) or ceil of it, in ascending order, among those that are not NULL. */
  | 'quantileLow'
  | 'quantileHigh'
  /** The value at place max(0, ceil(fraction * count) - 1), as PERCENTILE_DISC. */
  | 'quantileDisc';

export interface Aggregate {
  readonly fn: AggregateFunction;
  /** Absent for countStar. Never a ratio: a sum of DOUBLEs is a ratio over a sum of `fixed`. */
  readonly operand?: Scalar;
  /** FILTER (WHERE …): rows for which it is TRUE. */
  readonly filter?: Scalar;
  /** Of a quantile, from 0 to 1. */
  readonly fraction?: { readonly numerator: bigint; readonly denominator: bigint };
  readonly type: SqlType;
  /** Exact range of the result: of a sum, over all rows that its input can have. */
  readonly bounds: Bounds;
  /** counts are never NULL; others are where no row counts, but for a sum that is not nullable: it is 0 there, like a count. */
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
    case 'project':
      return plan.columns.map(({ name, scalar }) => ({ ...columnFacts(scalar), name }));
    case 'join':
      return joinColumns(plan);
    case 'concat': {
      const tag = { type: INTEGER, bounds: { min: 0n, max: 1n }, nullable: false, name: 'input' };
      return plan.tag ? [...plan.columns, tag] : [...plan.columns];
    }
    case 'window':
      return [
        ...relationColumns(plan.input),
        ...plan.functions.map(({ fn, operand, type, bounds, nullable, label }) => {
          const text = operand === undefined || isCount(fn) ? {} : textFacts(operand);
          return { ...text, type, bounds, nullable, name: label };
        }),
      ];
    default:
      return relationColumns(plan.input);
  }
}

function joinColumns({ join, left, right }: JoinPlan): RelationColumn[] {
  const optional = (columns: RelationColumn[], isOptional: boolean) =>
    columns.map((column) => (isOptional ? { ...column, nullable: true } : column));
  const lefts = optional(relationColumns(left), join === 'right' || join === 'full');
  if (join === 'semi' || join === 'anti') return lefts;
  return [...lefts, ...optional(relationColumns(right), join === 'left' || join === 'full')];
}

function isCount(fn: WindowFunctionName): boolean {
  return fn === 'count';
}

/** Whether the result of an aggregate is one of its operand's values. */
export function keepsValues(fn: AggregateFunction): boolean {
  return fn === 'min' || fn === 'max' || fn.startsWith('quantile');
}

function columnFacts(scalar: Scalar) {
  const { type, bounds, nullable } = scalar;
  return { type, bounds, nullable, ...textFacts(scalar) };
}

/** What a node reads. */
export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'oneRow':
    case 'scan':
      return [];
    case 'join':
      return [plan.left, plan.right];
    case 'concat':
      return plan.inputs;
    default:
      return [plan.input];
  }
}

/** The plan's chain from the root down to the first node that does not have exactly one input. */
export function chainOf(plan: LogicalPlan): LogicalPlan[] {
  const inputs = inputsOf(plan);
  const [only] = inputs;
  return only === undefined || inputs.length > 1 ? [plan] : [plan, ...chainOf(only)];
}
