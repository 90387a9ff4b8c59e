import type { Position } from '../../errors/tacit-error.ts';
import type { LogicalPlan } from '../logical/plan.ts';
import type { Scalar } from '../logical/scalar.ts';

/** An item of the SELECT list, bound. */
export interface BoundItem {
  readonly name: string;
  readonly scalar: Scalar;
  readonly label: string;
  /** Whether it was written with a column; a constant is no key for GROUP BY ALL. */
  readonly readsColumns: boolean;
  readonly at: Position;
}

/** A term of ORDER BY, bound. */
export interface BoundTerm {
  readonly scalar: Scalar;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** The clauses of a SELECT over the rows of one plan. */
export interface Clauses {
  readonly plan: LogicalPlan;
  readonly items: readonly BoundItem[];
  readonly terms: readonly BoundTerm[];
}
