import type { ColumnId, TableVersion } from '../../catalog/table.ts';
import type { SqlType } from '../../catalog/types.ts';
import type { Position } from '../../errors/tacit-error.ts';
import type { Scalar } from './scalar.ts';

/**
 * A bound query as a tree of relations, the root being an `output`:
 *
 *   output  ->  [aggregate]  ->  [filter]  ->  scan | oneRow
 */
export type LogicalPlan =
  /** The one row, without columns, that a SELECT without FROM reads. */
  | { readonly kind: 'oneRow' }
  /** All rows of a table; only the listed columns are read. */
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
   * is `grouped` without keys.
   */
  | {
      readonly kind: 'aggregate';
      readonly input: LogicalPlan;
      readonly grouped: boolean;
      readonly keys: readonly ColumnId[];
      readonly aggregates: readonly Aggregate[];
      /** Where GROUP BY (or else SELECT) stands. */
      readonly at: Position;
    }
  /** What the analyst receives, in SELECT order. */
  | {
      readonly kind: 'output';
      readonly input: LogicalPlan;
      readonly columns: readonly OutputColumn[];
    };

export type PlanOf<Kind extends LogicalPlan['kind']> = Extract<
  LogicalPlan,
  { readonly kind: Kind }
>;

export interface Aggregate {
  readonly fn: 'countStar' | 'count' | 'sum' | 'avg';
  /** Absent for countStar. */
  readonly operand?: Scalar;
  readonly type: SqlType;
  /** Source text, e.g. `sum(b)`. */
  readonly label: string;
  readonly at: Position;
}

export interface OutputColumn {
  readonly name: string;
  readonly type: SqlType;
  /** A scalar here is constant within a group: it reads group keys only. */
  readonly value:
    | { readonly kind: 'scalar'; readonly scalar: Scalar }
    | { readonly kind: 'aggregate'; readonly index: number };
}

/** The plan's chain from the root down to its source. */
export function chainOf(plan: LogicalPlan): LogicalPlan[] {
  return plan.kind === 'oneRow' || plan.kind === 'scan' ? [plan] : [plan, ...chainOf(plan.input)];
}

/** The node of a kind in the chain, if the plan has one. */
export function find<Kind extends LogicalPlan['kind']>(
  plan: LogicalPlan,
  kind: Kind,
): PlanOf<Kind> | undefined {
  return chainOf(plan).find((node): node is PlanOf<Kind> => node.kind === kind);
}
