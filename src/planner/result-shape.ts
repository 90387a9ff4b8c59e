import type { SqlType } from '../catalog/types.ts';

/**
 * How the analyst turns the opened scalars into rows. Positions index the program's reveal list.
 * Each candidate row (a group, or the one row of an ungrouped aggregate) is shown unless its presence test opens to 0.
 */
export interface ResultShape {
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly rows: readonly {
    /** Reveal position that is 0 iff the group has no row; absent: always shown. */
    readonly presence?: number;
    readonly cells: readonly CellShape[];
  }[];
}

export type CellShape =
  /** Already known, e.g. a group key or a constant; null is SQL NULL. Integer encoding of the column's type, strings as they are. */
  | { readonly kind: 'constant'; readonly value: string | boolean | bigint | null }
  /** Sum over limbs of 2^shift * signed element (all but the highest are digits, not negative); NULL if the position `notNull` opens to 0. */
  | { readonly kind: 'number'; readonly limbs: readonly Limb[]; readonly notNull?: number }
  /** numerator / (denominator * 10^scale) as a double; NULL if the denominator is 0. */
  | {
      readonly kind: 'quotient';
      readonly numerator: readonly Limb[];
      readonly denominator: number;
      readonly scale: number;
    };

export interface Limb {
  readonly shift: number;
  readonly position: number;
}
