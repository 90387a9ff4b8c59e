import type { Circuit } from '../circuits/circuit.ts';

/**
 * A query as one immutable value: no SQL, no shares, control flow that never depends on data.
 *
 * Stages run in order. They read stored tables and write three kinds of intermediate results: scalars (field elements,
 * Shamir shares), folds (short words of bits, replicated shares) and relations (few rows as bit-planes, replicated shares).
 * The last step opens scalars, or planes of one relation, to the analyst.
 */
export interface Program {
  readonly format: 3;
  readonly suite: Suite;
  readonly stages: readonly Stage[];
  readonly results: ResultStage;
  /** Labels of operators for EXPLAIN; costs are attributed by the index that steps carry in `operator`. */
  readonly operators: readonly string[];
}

/**
 * Who computes, how many may collude, and what they may do: passive parties follow the protocol; active ones may do
 * anything, and the worst they reach is an abort.
 */
export interface Suite {
  readonly parties: 3;
  readonly threshold: 1;
  readonly security: Security;
}

export const SECURITY = ['active', 'passive'] as const;
export type Security = (typeof SECURITY)[number];
export const SECURITY_DEFAULT: Security = 'active';

export type Stage =
  | RowStage
  | NormalizeStage
  | CollectStage
  | RankStage
  | ConcatStage
  | PairsStage
  | ScanStage
  | SortStage
  | RouteStage
  | ShuffleStage
  | GuardStage;

/** A relation read by a stage: rows of several owners' parts, in this order. */
export interface RelationInput {
  readonly table: string;
  readonly digest: string;
  readonly parts: readonly {
    readonly id: string;
    readonly rows: number;
    /** The commitment to its shares, which every party checks them against when it reads them. */
    readonly root: string;
  }[];
}

/** Rows of a stored table, or of a relation that an earlier stage made. */
export type RowSource =
  | { readonly kind: 'stored'; readonly relation: RelationInput }
  | { readonly kind: 'relation'; readonly relation: number; readonly rows: number };

/**
 * Bits of one column's Boolean form: plane `plane` of stored column `column` is circuit input `input`. Of a relation, column is
 * 0 and its planes are all planes of the relation.
 */
export interface BitLoad {
  readonly column: number;
  readonly planes: number;
  /** inputs[k] = circuit input number for plane k, or -1 if the circuit does not read it. */
  readonly inputs: readonly number[];
  /** Of a relation: row r reads the bit of row r + shift, which is 0 where there is no such row; absent: 0. */
  readonly shift?: number;
}

/** One stored limb (Shamir shares) becomes field register `register`. */
export interface FieldLoad {
  readonly column: number;
  readonly limb: number;
  readonly register: number;
}

/**
 * Work done row by row, chunk by chunk: load, one Boolean circuit for everything, field steps in order, then sums and
 * folds over all rows. Registers are columns of field elements, numbered 0..registers-1.
 */
export interface RowStage {
  readonly kind: 'rows';
  readonly source: RowSource;
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
  readonly folds: readonly Fold[];
  /**
   * Outputs of the circuit that become the planes of a new relation. Of a relation, its rows are the same. Of a stored table,
   * every part begins at a multiple of 128 rows (`alignedRows` of shapes.ts); between parts all bits are 0.
   */
  readonly keep?: { readonly relation: number; readonly outputs: readonly number[] };
  /** Operator index of the circuit's cost. */
  readonly operator: number;
}

/**
 * Combines words of bits over all rows by an associative and commutative circuit: minimum, maximum, or. Items share the
 * circuit and travel together. `combine` has 2w inputs (one word, then the other) and w outputs; `identity` is a public word
 * that changes nothing (bit k of it is bit k of the word); the result of an item is fold number `to`.
 */
export interface Fold {
  readonly combine: Circuit;
  readonly width: number;
  readonly identity: bigint;
  /** outputs: w circuit outputs. */
  readonly items: readonly { readonly outputs: readonly number[]; readonly to: number }[];
  readonly operator: number;
}

/** Sets the digits of wide numbers: their scalars `to`, from the scalars `of`. */
export interface NormalizeStage {
  readonly kind: 'normalize';
  readonly numbers: readonly WideNumber[];
  readonly operator: number;
}

/** Makes a relation of `rows` rows out of scalars, folds and public values; its planes are those of the columns in order. */
export interface CollectStage {
  readonly kind: 'collect';
  readonly relation: number;
  readonly rows: number;
  readonly columns: readonly CollectColumn[];
  readonly operator: number;
}

export type CollectColumn =
  /** Row r is scalar scalars[r], signed, |value| < 2^60 - 1: its lowest `width` bits in two's complement. All such columns of a stage are converted together. */
  | { readonly kind: 'scalars'; readonly scalars: readonly number[]; readonly width: number }
  /** Row r is fold folds[r]. */
  | { readonly kind: 'folds'; readonly folds: readonly number[]; readonly width: number }
  /** Row r is the lowest `width` bits of values[r] in two's complement. */
  | { readonly kind: 'constant'; readonly values: readonly bigint[]; readonly width: number };

/**
 * Makes relation `to` from relation `from`: its planes, then ceil(log2(rows + 1)) planes with each row's rank, the number
 * of rows that precede it. `precedes` reads the planes `planes` of row i, then the same of row j; its one output says whether j
 * precedes i (a strict total order; invalid rows precede nothing, if the circuit says so).
 */
export interface RankStage {
  readonly kind: 'rank';
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly planes: readonly number[];
  readonly precedes: Circuit;
  readonly operator: number;
}

/**
 * Puts relations one after another: `to` has as many planes as each input lists. An input begins at the next multiple of 128 rows;
 * between inputs all bits are 0. `rows` may be fewer than the relation has: the first ones are taken.
 */
export interface ConcatStage {
  readonly kind: 'concat';
  readonly to: number;
  readonly inputs: readonly {
    readonly relation: number;
    readonly rows: number;
    /** A plane of the relation, or a public bit that all its rows have. */
    readonly planes: readonly (number | 'zero' | 'one')[];
  }[];
  readonly operator: number;
}

/**
 * All pairs of rows: for each row of `left`, in order, the rows of `right`, padded with rows of 0 to a multiple of 128. Planes:
 * those of left (also 0 beside padding), then those of right. Rows: left.rows * alignedRows(right.rows).
 */
export interface PairsStage {
  readonly kind: 'pairs';
  readonly left: { readonly relation: number; readonly rows: number };
  readonly right: { readonly relation: number; readonly rows: number };
  readonly to: number;
  readonly operator: number;
}

/**
 * Inclusive prefix combination: relation `to` has the planes of `from`, then w planes with the combination of the words of all
 * rows up to and including this one (`down`), or from this one to the last (`up`). `combine` is associative, has 2w inputs (a word,
 * then the one that comes after it in the direction of the scan) and w outputs. `planes` lists the w planes of `from` that make a
 * word. [BK82]
 */
export interface ScanStage {
  readonly kind: 'scan';
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly planes: readonly number[];
  readonly combine: Circuit;
  readonly direction: 'down' | 'up';
  readonly operator: number;
}

/**
 * Relation `to` has the rows of `from` in ascending order of the unsigned number in planes `key` (LSB first); ties keep their order.
 * quick: oblivious shuffle, then quicksort by opened comparison bits [HKICT12]. network: a sorting network, for few rows.
 */
export interface SortStage {
  readonly kind: 'sort';
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly key: readonly number[];
  readonly method: 'quick' | 'network';
  readonly operator: number;
}

/**
 * Relation `to` has row r of `from` in the place that the planes `destination` of the row say (unsigned, LSB first). These must be a
 * permutation of 0..rows-1; the destinations of shuffled rows are opened. With `counts`, which is public, so many rows have
 * destination 0, 1, ...; those of 0 come first, and equal ones in an order that nobody knows.
 */
export interface RouteStage {
  readonly kind: 'route';
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly destination: readonly number[];
  readonly counts?: readonly number[];
  readonly operator: number;
}

/** Relation `to` has the rows of `from` in an order that nobody knows. */
export interface ShuffleStage {
  readonly kind: 'shuffle';
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly operator: number;
}

/**
 * The last stage, if there is one: opens folds of one bit to all parties, once everything before is verified. If any is 1, something that
 * the plan relies on does not hold, and every party ends the query with JOIN_BOUND_EXCEEDED.
 */
export interface GuardStage {
  readonly kind: 'guard';
  readonly guards: readonly {
    readonly fold: number;
    /** What is wrong if the bit is 1; the same for texts that differ in spelling only. */
    readonly exceeded: string;
  }[];
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
  /** Fresh uniform elements that nobody knows, one a row; local. */
  | { readonly kind: 'random'; readonly to: number }
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
 * Work on the scalars before the reveal: `tests` compute masked zero tests (scalar `to` = scalar `of` times a fresh random
 * element nobody knows: 0 iff `of` is 0), then `reveal` opens the listed scalars and `planes` the listed planes of a relation
 * to the analyst, in this order. `constants` set public values before any stage runs.
 */
export interface ResultStage {
  readonly scalars: number;
  /** Numbers of folds and relations that the stages make. */
  readonly folds: number;
  readonly relations: number;
  readonly constants: readonly { readonly scalar: number; readonly value: bigint }[];
  readonly tests: readonly { readonly of: number; readonly to: number }[];
  readonly reveal: readonly number[];
  readonly planes?: {
    readonly relation: number;
    readonly rows: number;
    readonly planes: readonly number[];
  };
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
export function chunksOf(stage: Pick<RowStage, 'source' | 'chunkRows'>): Chunk[] {
  const { source } = stage;
  const parts =
    source.kind === 'relation' ? [{ id: '', rows: source.rows }] : source.relation.parts;
  const chunks: Chunk[] = [];
  for (const part of parts) {
    for (let start = 0; start < part.rows; start += stage.chunkRows) {
      const rows = Math.min(stage.chunkRows, part.rows - start);
      chunks.push({ index: chunks.length, part: part.id, start, rows });
    }
  }
  return chunks;
}
