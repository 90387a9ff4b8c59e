import type { ColumnId } from '../../catalog/table.ts';
import { sideOf } from '../logical/join-sides.ts';
import { extreme } from '../logical/make-choice.ts';
import {
  type JoinPlan,
  type PlanOf,
  type RelationColumn,
  relationColumns,
} from '../logical/plan.ts';
import { moveColumns } from '../logical/rewrite.ts';
import { BIGINT, column, number, type Scalar } from '../logical/scalar.ts';

export type Side = 'left' | 'right';

/** What is made once all columns of the groups are known. */
export type Later<Made> = (after: After) => Made;

/** Which scalars over a join read which side. */
export class Sides {
  readonly side: Side;
  readonly width: number;
  readonly #isOuter: boolean;
  readonly #columns: readonly RelationColumn[];

  constructor(join: JoinPlan, side: Side) {
    this.side = side;
    this.width = relationColumns(join.left).length;
    this.#isOuter = join.join === 'left' && side === 'right';
    this.#columns = relationColumns(join[side]);
  }

  /** Whether it reads nothing of the side that is grouped. */
  isOfOther(scalar: Scalar | undefined): boolean {
    if (scalar === undefined) return true;
    const read = sideOf(scalar, this.width);
    return read !== 'both' && read !== this.side;
  }

  /**
   * Whether the side that is grouped can compute it. Of a side that may be missing these are its columns alone: they are NULL then, other
   * scalars need not be.
   */
  isOfOwn(scalar: Scalar | undefined): boolean {
    if (scalar === undefined) return true;
    if (this.#isOuter && scalar.kind !== 'column') return false;
    const read = sideOf(scalar, this.width);
    return read === this.side || read === 'none';
  }

  /** A scalar over the side that is grouped; what may be missing in pairs need not be NULL there. */
  own(scalar: Scalar): Scalar {
    const first = this.side === 'left' ? 0 : this.width;
    const moved = first === 0 ? scalar : moveColumns(scalar, (id) => id - first);
    const facts = moved.kind === 'column' ? this.#columns[moved.column] : undefined;
    return facts === undefined ? moved : { ...moved, nullable: facts.nullable };
  }
}

/** The join with one side grouped. */
export class After {
  readonly join: JoinPlan;
  readonly #first: number;
  readonly #shift: number;

  constructor(sides: Sides, join: JoinPlan, groups: PlanOf<'aggregate'>, keys: readonly number[]) {
    const { side, width } = sides;
    const facts = relationColumns(groups);
    this.#first = side === 'left' ? 0 : width;
    this.#shift = side === 'left' ? facts.length - width : 0;
    this.join = {
      ...join,
      [side]: groups,
      keys: join.keys.map((key, k) => {
        const place = keys[k] ?? 0;
        const own = facts[place];
        if (own === undefined) throw new RangeError('a key of groups');
        return { ...key, [side]: column(place as ColumnId, own, key[side].at) };
      }),
    };
  }

  /** A column of the groups. */
  column(place: number, at: Scalar['at']): Scalar {
    const id = this.#first + place;
    const facts = relationColumns(this.join)[id];
    if (facts === undefined) throw new RangeError('a column of groups');
    return column(id as ColumnId, facts, at);
  }

  /** A scalar over the other side. */
  other(scalar: Scalar): Scalar {
    return this.#shift === 0 ? scalar : moveColumns(scalar, (id) => id + this.#shift);
  }

  /** How many rows one row of the join stands for: one if there is no group for it. */
  rows(place: number, at: Scalar['at']): Scalar {
    const count = this.column(place, at);
    if (!count.nullable) return count;
    return extreme('greatest', [count, number(1n, BIGINT, at)], BIGINT, at);
  }
}
