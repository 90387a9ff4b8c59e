import type { ColumnId, TableVersion } from '../../catalog/table.ts';
import type { SqlType } from '../../catalog/types.ts';
import type { Aggregate } from '../logical/plan.ts';
import type { Scalar } from '../logical/scalar.ts';
import type { NetworkProfile } from '../network.ts';
import type { CellShape } from '../result-shape.ts';
import type { Linear } from './linear-form.ts';

/**
 * A query with its algorithms chosen; `rows` of every node is a public bound, here the exact number.
 *
 *   reveal  ->  sums  ->  flags  ->  read
 *
 * flags: per row one secret bit for each (group, aggregate) that says whether the row counts. sums: field
 * arithmetic and sums over all rows. reveal: what the analyst opens.
 */
export interface PhysicalPlan {
  readonly kind: 'reveal';
  readonly network: NetworkProfile;
  /** Absent without FROM. */
  readonly table: TableVersion | undefined;
  /** Candidate rows of the answer. */
  readonly rows: number;
  readonly columns: readonly PhysicalColumn[];
  readonly candidates: readonly Candidate[];
  /** Absent: every cell is known without reading a row. */
  readonly input: SumsNode | undefined;
}

export interface PhysicalColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** One group, or the only row: its key values, and per output column a known cell or the index of a measure. */
export interface Candidate {
  readonly keys: readonly (bigint | null)[];
  readonly cells: readonly (KnownCell | { readonly kind: 'measure'; readonly index: number })[];
}

export type KnownCell = Extract<CellShape, { readonly kind: 'constant' }>;

export interface SumsNode {
  readonly kind: 'sums';
  readonly rows: number;
  readonly grouped: boolean;
  readonly measures: readonly Measure[];
  readonly input: FlagsNode;
}

export interface FlagsNode {
  readonly kind: 'flags';
  readonly rows: number;
  /** A row counts only if this is TRUE. */
  readonly predicate: Scalar | undefined;
  /** Source text of the predicate. */
  readonly label: string | undefined;
  readonly keys: readonly ColumnId[];
  readonly input: ReadNode;
}

export interface ReadNode {
  readonly kind: 'read';
  readonly rows: number;
  /** Absent: one row without columns. */
  readonly table: TableVersion | undefined;
  readonly columns: readonly ColumnId[];
}

/** One aggregate over the rows whose flag is set. */
export interface Measure {
  readonly aggregate: Aggregate;
  /** Besides filter and group: a row counts only if none of these is NULL. */
  readonly notNull: readonly Scalar[];
  /** Every row counts, publicly: no filter, no groups, no NULLs. */
  readonly allRows: boolean;
  /** Absent: the measure is a count. */
  readonly sum: SumForm | undefined;
}

export type SumForm =
  /** Sum of a condition: the number of counted rows where it is TRUE. */
  | { readonly kind: 'condition'; readonly condition: Scalar }
  | { readonly kind: 'limbs'; readonly scale: number; readonly limbs: readonly PhysicalLimb[] };

/** One limb of a sum (2^shift times an element) and how it is summed over the rows. */
export interface PhysicalLimb {
  readonly shift: number;
  readonly method: /** Dot product of flag and value. */
    | { readonly kind: 'flagged'; readonly value: Linear }
    /** All rows count: local sum of the value. */
    | { readonly kind: 'plain'; readonly value: Linear }
    /** All rows count and the value is one product: no multiplication row by row. */
    | { readonly kind: 'dot'; readonly left: Linear; readonly right: Linear };
}
