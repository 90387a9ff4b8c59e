import type { SqlType } from '../catalog/types.ts';
import type { RealStep } from './logical/scalar.ts';

/**
 * How the analyst turns what was opened into rows: either scalars (`rows`) or planes of a relation (`relation`; `rows` is empty
 * then). `sort` orders the shown rows by their values.
 */
export interface ResultShape {
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly relation?: RelationShape;
  /** Keys in order of precedence; a column is an index into `columns`. */
  readonly sort?: readonly {
    readonly column: number;
    readonly descending: boolean;
    readonly nullsFirst: boolean;
  }[];
  /**
   * Positions index the program's reveal list. Each candidate row (a group, or the one row of an ungrouped aggregate) is shown
   * unless its presence test opens to 0.
   */
  readonly rows: readonly {
    /** Reveal position that is 0 iff the group has no row; absent: always shown. */
    readonly presence?: number;
    readonly cells: readonly CellShape[];
  }[];
}

/** Planes index the opened planes, each with one bit per candidate row; numbers are LSB first. */
export interface RelationShape {
  readonly rows: number;
  /** Plane that is 1 in rows to be shown; absent: all are. */
  readonly valid?: number;
  /** Place of each shown row among the shown ones, as an unsigned number. */
  readonly order?: readonly number[];
  readonly columns: readonly RelationCell[];
}

export type RelationCell =
  /** The integer encoding of a value of the column's type. */
  | {
      readonly kind: 'number';
      readonly planes: readonly number[];
      readonly signed: boolean;
      readonly isNull?: number;
    }
  /** A code of the dictionary. */
  | {
      readonly kind: 'code';
      readonly planes: readonly number[];
      readonly dictionary: readonly string[];
      readonly isNull?: number;
    }
  /** UTF-8 bytes as a big-endian number of 8 * planes / 8 bits, padded with zeros behind. */
  | { readonly kind: 'text'; readonly planes: readonly number[]; readonly isNull?: number }
  /** Known in public, one per candidate row, e.g. group keys. */
  | { readonly kind: 'constants'; readonly values: readonly (string | boolean | bigint | null)[] }
  /**
   * A DOUBLE: (-1)^negative * (magnitude + 0.5 if inexact) / 2^shift, rounded to the nearest double (magnitude has at least 55
   * significant bits if it is inexact), then the steps `after`.
   */
  | {
      readonly kind: 'quotient';
      readonly magnitude: readonly number[];
      readonly negative?: number;
      readonly inexact: number;
      readonly shift: number;
      readonly isNull?: number;
      readonly after: readonly RealStep[];
    };

/** A cell made of opened scalars. */
export type CellShape =
  /** Already known, e.g. a group key or a constant; null is SQL NULL. Integer encoding of the column's type, strings as they are. */
  | { readonly kind: 'constant'; readonly value: string | boolean | bigint | null }
  /** Sum over limbs of 2^shift * signed element (all but the highest are digits, not negative); NULL if the position `notNull` opens to 0. */
  | { readonly kind: 'number'; readonly limbs: readonly Limb[]; readonly notNull?: number }
  /** TRUE if all of these positions open to 0, else FALSE. */
  | { readonly kind: 'zero'; readonly positions: readonly number[] };

export interface Limb {
  readonly shift: number;
  readonly position: number;
}
