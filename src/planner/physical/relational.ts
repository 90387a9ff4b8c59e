import type { ColumnId, TableVersion } from '../../catalog/table.ts';
import type {
  Aggregate,
  JoinPlan,
  RelationColumn,
  SortKey,
  WindowFunction,
} from '../logical/plan.ts';
import type { Scalar } from '../logical/scalar.ts';
import type { CollectNode, Filter } from './plan.ts';

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
   * the right row to its left rows by a scan. As many rows as left.
   */
  | { readonly kind: 'lookup' }
  /**
   * Each row of left once for each row of right with its key (at least once, if the join keeps it), at most `pairs` of them, by oblivious expansion. `hinted`:
   * the bound does not follow from the data; whether it was exceeded is opened, and an error then.
   */
  | { readonly kind: 'expand'; readonly pairs: number; readonly hinted: boolean }
  /** All pairs, without keys. */
  | { readonly kind: 'loop' };

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
