import type { ColumnId } from '../../catalog/table.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { PlanLimits } from '../limits.ts';
import { declaredMultiplicity, keyMultiplicity } from '../logical/multiplicity.ts';
import {
  type JoinPlan,
  type LogicalPlan,
  type RelationColumn,
  relationColumns,
} from '../logical/plan.ts';
import { rewriteScalar } from '../logical/rewrite.ts';
import { column, nullOf, type Scalar } from '../logical/scalar.ts';
import { pairsGuard, uniqueGuard } from './join-guards.ts';
import type { JoinMethod, JoinNode, RelationNode } from './plan.ts';

/** Joins of the kinds that the compiler knows, and how each finds its pairs. */
export class JoinPlanner {
  readonly #relation: (plan: LogicalPlan) => RelationNode;
  readonly #id: () => number;
  readonly #limits: PlanLimits;

  constructor(relation: (plan: LogicalPlan) => RelationNode, id: () => number, limits: PlanLimits) {
    this.#relation = relation;
    this.#id = id;
    this.#limits = limits;
  }

  join(plan: JoinPlan): RelationNode {
    if (plan.join === 'right') return this.#swapped({ ...plan, join: 'left' }, plan);
    if (plan.join === 'full') return this.#full(plan);
    if (plan.join === 'inner' && this.#prefersSwap(plan)) return this.#swapped(plan, plan);
    const id = this.#id();
    const columns = relationColumns(plan);
    const [left, right] = [this.#relation(plan.left), this.#relation(plan.right)];
    const method = methodOf(plan, left.rows, right.rows, this.#limits);
    const { keys, condition, nullAware, join } = plan;
    const rows = boundOf(plan, method, [left.rows, right.rows], this.#limits);
    const node = { id, rows, columns, left, right, keys, condition, nullAware, method };
    return { kind: 'join', ...node, join: join as JoinNode['join'] };
  }

  /** Whether the join is a look-up the other way round, or one that needs no guard. */
  #prefersSwap(plan: JoinPlan): boolean {
    if (plan.keys.length === 0) return false;
    const [proven, declared] = [
      partners(plan, keyMultiplicity),
      partners(plan, declaredMultiplicity),
    ];
    if (proven.perLeft === 1n || proven.perRight === 1n) return proven.perLeft !== 1n;
    return declared.perLeft !== 1n && declared.perRight === 1n;
  }

  /** `swap` with its sides exchanged; the columns in the order of `plan`. */
  #swapped(swap: JoinPlan, plan: JoinPlan): RelationNode {
    const [lefts, rights] = [relationColumns(plan.left).length, relationColumns(plan.right).length];
    const moved = (id: number) => (id < lefts ? id + rights : id - lefts);
    const id = this.#id();
    const input = this.join(turned(swap, moved));
    return project(id, input, relationColumns(plan), moved);
  }

  /** The left join, and the rows of right without a partner. */
  #full(plan: JoinPlan): RelationNode {
    const [lefts, rights] = [relationColumns(plan.left).length, relationColumns(plan.right).length];
    const columns = relationColumns(plan);
    const id = this.#id();
    const kept = this.join({ ...plan, join: 'left' });
    const moved = (k: number) => (k < lefts ? k + rights : k - lefts);
    const alone = this.join(turned({ ...plan, join: 'anti' }, moved));
    const scalars = columns.map((facts, k) =>
      k < lefts
        ? nullScalar(facts, plan.at)
        : columnScalar(alone.columns[k - lefts] ?? facts, k - lefts, plan.at),
    );
    const padded: RelationNode = {
      ...{ kind: 'compute', id: this.#id(), rows: alone.rows, columns, input: alone },
      ...{ filter: undefined, scalars },
    };
    const inputs = [project(this.#id(), kept, columns, (k) => k), padded];
    const rows = kept.rows + padded.rows;
    return { kind: 'concat', id, rows, columns, inputs, tag: false };
  }
}

/** A join with its sides exchanged; `moved` says where columns of the pair go. */
function turned(plan: JoinPlan, moved: (id: number) => number): JoinPlan {
  const { left, right, keys, condition } = plan;
  const turn = (scalar: Scalar) =>
    rewriteScalar(scalar, (node) =>
      node.kind === 'column' ? { ...node, column: moved(node.column) as ColumnId } : node,
    );
  return {
    ...plan,
    left: right,
    right: left,
    keys: keys.map((key) => ({ left: key.right, right: key.left })),
    ...(condition && { condition: turn(condition) }),
  };
}

/** The columns of a node in another order. */
function project(
  id: number,
  input: RelationNode,
  columns: readonly RelationColumn[],
  from: (k: number) => number,
): RelationNode {
  const at = { line: 1, column: 1 };
  const scalars = columns.map((facts, k) =>
    columnScalar(input.columns[from(k)] ?? facts, from(k), at),
  );
  return { kind: 'compute', id, rows: input.rows, columns, input, filter: undefined, scalars };
}

function columnScalar(facts: RelationColumn, id: number, at: Scalar['at']): Scalar {
  return column(id as ColumnId, facts, at);
}

function nullScalar({ type, dictionary, bytes, bounds }: RelationColumn, at: Scalar['at']): Scalar {
  const text = { ...(dictionary && { dictionary }), ...(bytes === undefined ? {} : { bytes }) };
  return { ...nullOf(type, at), bounds, ...text };
}

function methodOf(plan: JoinPlan, lefts: number, rights: number, limits: PlanLimits): JoinMethod {
  const { join, keys, condition, nullAware, pairsMax } = plan;
  // NOT IN with a condition also concerns pairs whose keys are not equal, but NULL.
  if (keys.length === 0 || (nullAware && condition !== undefined)) return { kind: 'loop' };
  if ((join === 'semi' || join === 'anti') && condition === undefined) return { kind: 'lookup' };
  const [l, r] = [BigInt(lefts), BigInt(rights)];
  const [proven, declared] = [keyMultiplicity, declaredMultiplicity].map((multiplicity) => {
    const { perLeft, perRight } = partners(plan, multiplicity);
    const [mostRight, mostLeft] = [least(perLeft, r), least(perRight, l)];
    return { perLeft: mostRight, pairs: least(l * mostRight, r * mostLeft) };
  }) as [Bound, Bound];
  if (proven.perLeft <= 1n) return { kind: 'lookup' };
  if (declared.perLeft <= 1n) return { kind: 'lookup', guard: uniqueGuard(plan) };
  const most = least(pairsMax, declared.pairs);
  const pairs = join === 'inner' ? most : most + l;
  requirePairs(pairs, plan, limits);
  if (most === proven.pairs) return { kind: 'expand', pairs: Number(pairs) };
  const source = most < declared.pairs ? 'hinted' : 'declared';
  return { kind: 'expand', pairs: Number(pairs), guard: pairsGuard(plan, pairs, source) };
}

interface Bound {
  /** Partners of a row of left. */
  readonly perLeft: bigint;
  readonly pairs: bigint;
}

/** Most partners of a row of left, and of one of right; undefined where nothing bounds them but the number of rows. */
function partners({ left, right, keys }: JoinPlan, multiplicity: typeof keyMultiplicity) {
  const [lefts, rights] = [keys.map((key) => key.left), keys.map((key) => key.right)];
  return { perLeft: multiplicity(right, rights), perRight: multiplicity(left, lefts) };
}

function least(a: bigint | undefined, b: bigint): bigint {
  return a !== undefined && a < b ? a : b;
}

/** Most rows of the join that are there. */
function boundOf(
  plan: JoinPlan,
  method: JoinMethod,
  [lefts, rights]: readonly [number, number],
  limits: PlanLimits,
): number {
  if (plan.join === 'semi' || plan.join === 'anti') {
    if (method.kind === 'loop') requirePairs(BigInt(lefts) * BigInt(rights), plan, limits);
    return lefts;
  }
  if (method.kind === 'lookup') return lefts;
  if (method.kind === 'expand') return method.pairs;
  const pairs = BigInt(lefts) * BigInt(rights) + (plan.join === 'left' ? BigInt(lefts) : 0n);
  requirePairs(pairs, plan, limits);
  return Number(pairs);
}

function requirePairs(pairs: bigint, { at, keys, pairsMax }: JoinPlan, limits: PlanLimits): void {
  if (pairs <= BigInt(limits.joinRows)) return;
  const declare =
    'declare a key or a multiplicity of the columns joined on, aggregate before the join, or say how many pairs there are at most in a hint, /*+ JOIN_ROWS(n) */ after SELECT';
  const counts = pairsMax === undefined ? '; JOIN_ROWS(DISCLOSED) counts them first' : '';
  const advice = keys.length === 0 ? 'join on an equality' : `${declare}${counts}`;
  const source = pairsMax === undefined ? 'what is declared' : 'what is declared and hinted';
  throw new TacitError(
    'SQL_TOO_LARGE',
    `this join may have ${pairs} rows by ${source}, limits.joinRows of the consortium allows ${limits.joinRows}; ${advice}`,
    at,
  );
}
