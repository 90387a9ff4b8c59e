import type { Circuit } from '../circuits/circuit.ts';

/**
 * A query as one immutable value: no SQL, no shares, control flow that never depends on data.
 * Stages run in order; their scalar results are one vector of field elements (Shamir shares), which the last step opens
 * to the analyst.
 */
export interface Program {
  readonly format: 1;
  readonly suite: { readonly parties: 3; readonly threshold: 1; readonly security: 'passive' };
  readonly stages: readonly RowStage[];
  readonly results: ResultStage;
  /** Labels of operators for EXPLAIN; costs are attributed by the index that steps carry in `operator`. */
  readonly operators: readonly string[];
}

/** A relation read by a stage: rows of several owners' parts, in this order. */
export interface RelationInput {
  readonly table: string;
  readonly digest: string;
  readonly parts: readonly { readonly id: string; readonly rows: number }[];
}

/** Bits of one column's Boolean form: plane `plane` of stored column `column` is circuit input `input`. */
export interface BitLoad {
  readonly column: number;
  readonly planes: number;
  /** inputs[k] = circuit input number for plane k, or -1 if the circuit does not read it. */
  readonly inputs: readonly number[];
}

/** One stored limb (Shamir shares) becomes field register `register`. */
export interface FieldLoad {
  readonly column: number;
  readonly limb: number;
  readonly register: number;
}

/**
 * Work done row by row, chunk by chunk: load, one Boolean circuit for everything, field steps in order, and sums
 * over all rows. Registers are columns of field elements, numbered 0..registers-1.
 */
export interface RowStage {
  readonly relation: RelationInput;
  /** Rows per chunk (a chunk never spans two parts); a multiple of 1024. */
  readonly chunkRows: number;
  /** Chunks in flight at a time, so that compute and traffic overlap. */
  readonly lanes: number;
  readonly bits: readonly BitLoad[];
  readonly fields: readonly FieldLoad[];
  readonly circuit: Circuit;
  readonly registers: number;
  readonly steps: readonly FieldStep[];
  readonly reductions: readonly Reduction[];
  /** Operator index of the circuit's cost. */
  readonly operator: number;
}

export type FieldStep =
  /** Bit injection: register `to` = circuit output bit `output` as 0/1 in F_p; all pairs in two rounds. */
  | {
      readonly kind: 'inject';
      readonly pairs: readonly { readonly output: number; readonly to: number }[];
      readonly operator: number;
    }
  /** Unsigned number from the circuit outputs (LSB first, at most 60 bits) to F_p by the masked adder of PROTOCOLS 3.5. */
  | {
      readonly kind: 'bitsToField';
      readonly outputs: readonly number[];
      readonly to: number;
      readonly operator: number;
    }
  /** Row-wise products (BGW), all in one round. */
  | {
      readonly kind: 'multiply';
      readonly products: readonly { readonly a: number; readonly b: number; readonly to: number }[];
      readonly operator: number;
    }
  /** to = constant + sum of coefficient * register, local. Coefficients are canonical elements. */
  | {
      readonly kind: 'linear';
      readonly to: number;
      readonly constant: bigint;
      readonly terms: readonly { readonly coefficient: bigint; readonly register: number }[];
    };

/** A sum over all rows of the stage; its value is scalar number `scalar`. */
export type Reduction =
  /** Sum of a*b: local products, one resharing for all dot reductions of the stage together. */
  | {
      readonly kind: 'dot';
      readonly a: number;
      readonly b: number;
      readonly scalar: number;
      readonly operator: number;
    }
  /** Sum of one register: local. */
  | { readonly kind: 'sum'; readonly a: number; readonly scalar: number };

/**
 * A number in several scalars: the sum of 2^shift * `of` over its limbs, in ascending order of their shifts, `of` signed.
 * Its digits, written to the scalars `to`, are limbs of the same number with the same shifts: all but the highest lie
 * in [0, 2^d), d being the distance to the next shift. They depend on the number alone, which limbs do not.
 *
 * d is at most 60, and `of` plus the carry into it must lie strictly between -(2^60 - 1) and 2^60 - 1; the planner proves it.
 */
export interface WideNumber {
  readonly limbs: readonly { readonly of: number; readonly to: number; readonly shift: number }[];
}

/**
 * Work on the scalars: `constants` set public values, then `normalize` carries from limb to limb, then `tests` compute masked
 * zero tests (scalar `to` = scalar `of` times a fresh random element nobody knows: 0 iff `of` is 0), then `reveal` opens the
 * listed scalars to the analyst, in this order.
 */
export interface ResultStage {
  readonly scalars: number;
  readonly constants: readonly { readonly scalar: number; readonly value: bigint }[];
  /** Numbers of which the digits are opened instead of the limbs; absent: every number is one scalar. */
  readonly normalize?: { readonly numbers: readonly WideNumber[]; readonly operator: number };
  readonly tests: readonly { readonly of: number; readonly to: number }[];
  readonly reveal: readonly number[];
  readonly operator: number;
}

/** One chunk of a stage: rows [start, start + rows) of a part. */
export interface Chunk {
  readonly index: number;
  readonly part: string;
  readonly start: number;
  readonly rows: number;
}

/** The chunks of a stage in order; the same at every party because all of it is public. */
export function chunksOf(stage: Pick<RowStage, 'relation' | 'chunkRows'>): Chunk[] {
  const chunks: Chunk[] = [];
  for (const part of stage.relation.parts) {
    for (let start = 0; start < part.rows; start += stage.chunkRows) {
      const rows = Math.min(stage.chunkRows, part.rows - start);
      chunks.push({ index: chunks.length, part: part.id, start, rows });
    }
  }
  return chunks;
}
