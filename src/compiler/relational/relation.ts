import type { RelationColumn } from '../../planner/logical/plan.ts';
import type { RowOrder } from './row-order.ts';

/** Where the value of a column lies: the planes of its number (`encodingOf(facts)`), LSB first. */
export interface ColumnPlanes {
  readonly facts: RelationColumn;
  readonly bits: readonly number[];
  /** Plane that says whether it is NULL; absent: it never is. Bits of NULL are 0 if `isClean`, else arbitrary. */
  readonly isNull?: number;
}

/**
 * A relation that stages made. Rows that are not there have arbitrary values in all planes but `valid`, unless an operator
 * that makes one says more.
 */
export interface PlaneRelation {
  /** Its number in the program. */
  readonly relation: number;
  /** Places for rows. */
  readonly rows: number;
  /** All its planes. */
  readonly planes: number;
  /** By ColumnId; absent where nothing reads the column. */
  readonly columns: readonly (ColumnPlanes | undefined)[];
  /** Plane that says whether the row is there; absent: all are. */
  readonly valid?: number;
  /** How the rows that are there come; absent: nothing is known. */
  readonly order?: RowOrder;
}
