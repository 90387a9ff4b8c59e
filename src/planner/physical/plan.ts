import type { ColumnId, TableVersion } from '../../catalog/table.ts';
import type { SqlType } from '../../catalog/types.ts';
import type {
  Aggregate,
  GroupKey,
  JoinPlan,
  RelationColumn,
  SortKey,
  WindowFunction,
} from '../logical/plan.ts';
import type { Scalar } from '../logical/scalar.ts';
import type { NetworkProfile } from '../network.ts';
import type { CellShape, ResultShape } from '../result-shape.ts';
import type { Linear } from './linear-form.ts';

/**
 * A query with its algorithms chosen; `rows` of every node is a public bound.
 *
 *   reveal  ->  sums  ->  flags  ->  read                                   plain sums and counts: scalars are opened
 *   reveal  ->  collect  ->  sums  ->  flags  ->  read | collect -> ...     everything else: planes are opened
 *
 * flags: per row one secret bit for each (group, aggregate) that says whether the row counts. sums: what is computed over all
 * rows. collect: one row per candidate group, on which circuits compute what the analyst sees, or another aggregate.
 */
export interface PhysicalPlan {
  readonly kind: 'reveal';
  readonly network: NetworkProfile;
  /** All that it reads, each once. */
  readonly tables: readonly TableVersion[];
  /** Candidate rows of the answer. */
  readonly rows: number;
  readonly columns: readonly PhysicalColumn[];
  /** How the analyst sorts what it opened; absent: candidates are in order, or the answer says theirs. */
  readonly sort: ResultShape['sort'];
  readonly answer: Answer;
}

export type Answer =
  /** Every cell is known without reading a row. */
  | { readonly kind: 'known'; readonly rows: readonly (readonly KnownCell[])[] }
  | {
      readonly kind: 'sums';
      /** As many as candidates of the sums: per output column a known cell, or what is opened. */
      readonly rows: readonly (readonly (KnownCell | Measure)[])[];
      readonly input: SumsNode;
    }
  | RelationAnswer
  | RowsAnswer;

/** Expressions over the rows of a collected relation. */
export interface RelationAnswer {
  readonly kind: 'relation';
  /** Only rows for which this is TRUE are shown. */
  readonly filter: Filter | undefined;
  readonly cells: readonly OutputCell[];
  readonly rank: Rank | undefined;
  readonly input: CollectNode;
}

/** Rows of a relation. They leave in an order that nobody knows, or in that of `order`. */
export interface RowsAnswer {
  readonly kind: 'rows';
  readonly cells: readonly OutputCell[];
  /** Absent: shuffled. Else ties in an order that nobody knows. */
  readonly order: readonly SortKey[] | undefined;
  readonly input: RelationNode;
}

/** Ranks the rows that are there: to show some of them, or to tell their order. */
export interface Rank {
  /** Ties, and everything if there are none, go by the order of the candidates. */
  readonly keys: readonly SortKey[];
  readonly offset: bigint;
  /** Absent: all after the offset. */
  readonly count: bigint | undefined;
  /** The analyst learns the ranks of the rows that are shown. */
  readonly open: boolean;
}

export type OutputCell =
  /** Public, one per candidate row. */
  | { readonly kind: 'constants'; readonly values: readonly KnownCell['value'][] }
  | { readonly kind: 'scalar'; readonly scalar: Scalar };

export interface PhysicalColumn {
  readonly name: string;
  readonly type: SqlType;
}

export type KnownCell = Extract<CellShape, { readonly kind: 'constant' }>;

export interface Filter {
  readonly predicate: Scalar;
  /** Source text. */
  readonly label: string;
}

/** What an aggregate or an output reads. */
export type RowsNode = ReadNode | CollectNode | RelationRows;

/** Rows of which it is secret whether they are there. */
export interface RelationRows {
  readonly kind: 'relation';
  readonly rows: number;
  readonly node: RelationNode;
}

export interface ReadNode {
  readonly kind: 'read';
  readonly rows: number;
  readonly table: TableVersion;
  readonly columns: readonly ColumnId[];
}

/** A relation with one row per candidate of `input`; without one, a single row. */
export interface CollectNode {
  readonly kind: 'collect';
  readonly rows: number;
  readonly columns: readonly CollectedColumn[];
  readonly input: SumsNode | undefined;
}

export interface CollectedColumn {
  readonly facts: RelationColumn;
  /** unused: nothing above reads it. */
  readonly value:
    | { readonly kind: 'public'; readonly values: readonly (bigint | null)[] }
    | { readonly kind: 'measure'; readonly measure: Measure }
    | { readonly kind: 'unused' };
}

export interface SumsNode {
  readonly kind: 'sums';
  readonly rows: number;
  /** A candidate is a row of the result only if some row belongs to it, which is secret. */
  readonly grouped: boolean;
  /** Key values of each candidate. */
  readonly candidates: readonly (readonly (bigint | null)[])[];
  readonly measures: readonly Measure[];
  readonly input: FlagsNode;
}

export interface FlagsNode {
  readonly kind: 'flags';
  readonly rows: number;
  /** A row counts only if this is TRUE. */
  readonly filter: Filter | undefined;
  readonly keys: readonly GroupKey[];
  readonly input: RowsNode;
}

/** One aggregate over the rows whose flag is set. */
export interface Measure {
  readonly kind: 'measure';
  readonly aggregate: Aggregate;
  /** Besides filter and group: a row counts only if all of these are TRUE. */
  readonly conditions: readonly Scalar[];
  /** A row counts only if none of these is NULL. */
  readonly notNull: readonly Scalar[];
  /** Every row counts, publicly: no filter, no groups, no NULLs. */
  readonly allRows: boolean;
  readonly method: Method;
}

export type Method =
  /** `inBits`: by a fold, as `bits`. */
  | { readonly kind: 'count'; readonly inBits?: true }
  /** Sum of a condition: the number of counted rows where it is TRUE. */
  | { readonly kind: 'condition'; readonly condition: Scalar; readonly inBits?: true }
  | { readonly kind: 'limbs'; readonly limbs: readonly PhysicalLimb[] }
  /** A sum of bits as they are, by a fold: of one group of a relation's rows. */
  | { readonly kind: 'bits'; readonly operand: Scalar }
  /** The greatest or least value, by a fold. */
  | { readonly kind: 'extreme'; readonly fn: 'min' | 'max'; readonly operand: Scalar }
  /** Whether a condition is TRUE, and whether it is FALSE, in some row. */
  | { readonly kind: 'truths'; readonly fn: 'any' | 'every'; readonly operand: Scalar }
  /** Which of a few values occur. */
  | {
      readonly kind: 'distinct';
      readonly fn: 'count' | 'sum';
      readonly operand: Scalar;
      readonly values: readonly bigint[];
    };

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

/** How many aggregates lie below, down to a table, a relation or the one row of a SELECT without FROM. */
export function levelOf(rows: RowsNode): number {
  return rows.kind !== 'collect' || rows.input === undefined
    ? 0
    : 1 + levelOf(rows.input.input.input);
}

/** What lies below all aggregates; undefined without FROM. */
export function sourceBelow(rows: RowsNode): ReadNode | RelationRows | undefined {
  return rows.kind !== 'collect' ? rows : rows.input && sourceBelow(rows.input.input.input);
}

/**
 * Rows as bit-planes on shares: a public number of them, and which of them are there is secret. Filters clear the bit that says so;
 * rows never leave. Scalars read the columns of the node's input by their place in `columns`.
 */
export type RelationNode =
  | TableNode
  | CandidatesNode
  | ComputeNode
  | ConcatNode
  | GroupNode
  | JoinNode
  | WindowNode
  | LimitNode;

interface Node {
  /** Unique in a plan. */
  readonly id: number;
  /** Public bound of the rows that are there. What a stage makes may have more places for rows. */
  readonly rows: number;
  readonly columns: readonly RelationColumn[];
}

/** Columns of a stored table, those that are read and others. */
export interface TableNode extends Node {
  readonly kind: 'table';
  readonly table: TableVersion;
  readonly reads: readonly ColumnId[];
}

/** Candidate groups, or the one row of an aggregate without groups. */
export interface CandidatesNode extends Node {
  readonly kind: 'candidates';
  readonly collect: CollectNode;
}

/** The rows for which the filter is TRUE; `scalars` are its columns, absent: those of the input. */
export interface ComputeNode extends Node {
  readonly kind: 'compute';
  readonly input: RelationNode;
  readonly filter: Filter | undefined;
  readonly scalars: readonly Scalar[] | undefined;
}

/** The rows of all inputs. With `tag` a last column says which input. */
export interface ConcatNode extends Node {
  readonly kind: 'concat';
  readonly inputs: readonly RelationNode[];
  readonly tag: boolean;
}

/**
 * One row per combination of key values (NULL equals NULL). Columns: keys, then aggregates. By sorting; the number of groups stays secret.
 * Without keys one row, of `grouped` ones only if the input has a row.
 */
export interface GroupNode extends Node {
  readonly kind: 'group';
  readonly input: RelationNode;
  readonly grouped: boolean;
  readonly keys: readonly Scalar[];
  readonly aggregates: readonly Aggregate[];
}

/**
 * A join in one of four kinds; the planner makes the others of them: right = left with its sides swapped, full = left and the anti join
 * the other way round. Rows of `left` are kept in left and anti joins.
 */
export interface JoinNode extends Node {
  readonly kind: 'join';
  readonly join: 'inner' | 'left' | 'semi' | 'anti';
  readonly left: RelationNode;
  readonly right: RelationNode;
  readonly keys: JoinPlan['keys'];
  /** Reads the columns of left, then those of right. */
  readonly condition: Scalar | undefined;
  readonly nullAware: boolean;
  readonly method: JoinMethod;
}

export type JoinMethod =
  /**
   * At most one row of right has any given key, or only whether there is one matters (semi, anti, no condition): sort both by key, carry
   * the right row to its left rows by a scan. As many rows as left. Guarded: that no two rows of right have one key is declared only.
   */
  | { readonly kind: 'lookup'; readonly guard?: JoinGuard }
  /**
   * Each row of left once for each row of right with its key (at least once, if the join keeps it), at most `pairs` of them, by
   * oblivious expansion. Guarded: the bound is declared only, or a hint.
   */
  | { readonly kind: 'expand'; readonly pairs: number; readonly guard?: JoinGuard }
  /** All pairs, without keys. */
  | { readonly kind: 'loop' };

/**
 * What a join relies on although data may be otherwise: owners check what they declare within their own rows, and nobody a hint. The
 * program finds out whether it holds and opens one bit, an error if not.
 */
export interface JoinGuard {
  /** What everyone learns: whether ... */
  readonly tells: string;
  /** The message of the error. */
  readonly exceeded: string;
}

/** Columns: those of the input, then one per function. */
export interface WindowNode extends Node {
  readonly kind: 'window';
  readonly input: RelationNode;
  readonly functions: readonly WindowFunction[];
}

/** The rows [offset, offset + count) of those that are there, in the order of the keys; ties in any order. */
export interface LimitNode extends Node {
  readonly kind: 'limit';
  readonly input: RelationNode;
  readonly order: readonly SortKey[];
  readonly offset: bigint;
  readonly count: bigint | undefined;
}

/** What a node reads. */
export function nodesBelow(node: RelationNode): readonly RelationNode[] {
  switch (node.kind) {
    case 'table':
    case 'candidates':
      return [];
    case 'join':
      return [node.left, node.right];
    case 'concat':
      return node.inputs;
    default:
      return [node.input];
  }
}

/** Operators of EXPLAIN that belong to a node, and to the sums below it, have levels from here on. */
export function levelBase(id: number): number {
  return 100 * (id + 1);
}
