import { rowCount } from '../../catalog/table.ts';
import { invariant, TacitError } from '../../errors/tacit-error.ts';
import type { PlanLimits } from '../limits.ts';
import { rowsMax } from '../logical/multiplicity.ts';
import { type LogicalPlan, type PlanOf, relationColumns } from '../logical/plan.ts';
import { columnsOf } from '../logical/rewrite.ts';
import { logic, type Scalar } from '../logical/scalar.ts';
import { requireBooleanWidth } from './boolean-width.ts';
import { type Above, collectOf, sourceOf } from './collect.ts';
import { JoinPlanner } from './join-planner.ts';
import type { CollectNode, Filter, RelationNode, RowsNode } from './plan.ts';

/** Most rows of a relation that a query makes, padding apart, unless joins may have more. */
export const RELATION_ROWS_MAX = 2 ** 22;

/** Rows with the filters upon them, the uppermost first. */
export interface FilteredRows<Rows extends RowsNode = RowsNode> {
  readonly rows: Rows;
  readonly filters: readonly PlanOf<'filter'>[];
}

/**
 * Picks an algorithm for every node of a logical plan below its output: aggregates over few public groups are sums over
 * rows (`collect`), all else are relations.
 */
export class RelationPlanner {
  readonly #limits: PlanLimits;
  readonly #joins: JoinPlanner;
  #ids = 0;
  /** Aggregates with too many candidates: no filter less makes them fewer, and to plan their input again for each of a chain takes for ever. */
  readonly #tooMany = new WeakSet<LogicalPlan>();

  constructor(limits: PlanLimits) {
    this.#limits = limits;
    this.#joins = new JoinPlanner(
      (plan) => this.relation(plan),
      () => this.#ids++,
      limits,
    );
  }

  /** Candidate rows of an answer that reads few public groups, or no table; `above` is what reads them. */
  fewRows(plan: LogicalPlan, above: Above): FilteredRows<CollectNode> | undefined {
    const { filters, below, own } = unfiltered(plan, above);
    if (below.kind === 'oneRow') return { rows: oneRow(below), filters };
    const rows = below.kind === 'aggregate' ? this.candidates(below, own) : undefined;
    return rows && { rows, filters };
  }

  /** The rows that an aggregate reads. */
  rows(plan: LogicalPlan, above: Above): FilteredRows {
    const { filters, below, own } = unfiltered(plan, above);
    return { rows: this.#source(below, own), filters };
  }

  /** The plan as a relation. Throws SQL_TOO_LARGE if it may have too many rows, SQL_OVERFLOW if a number is too wide. */
  relation(plan: LogicalPlan): RelationNode {
    const node = this.#node(plan);
    const most = Math.max(RELATION_ROWS_MAX, this.#limits.joinRows);
    if (node.rows <= most) return node;
    const at = 'at' in plan ? plan.at : undefined;
    throw new TacitError(
      'SQL_TOO_LARGE',
      `an intermediate result may have ${node.rows} rows, at most ${most} are supported; declare tighter keys or multiplicities`,
      at,
    );
  }

  /** An aggregate over public candidate groups; undefined if these are too many, or the aggregate needs an order. */
  candidates(plan: PlanOf<'aggregate'>, above: Above): CollectNode | undefined {
    if (plan.aggregates.some(({ fn }) => fn.startsWith('quantile'))) return undefined;
    if (this.#tooMany.has(plan) && above.filters.length === 0) return undefined;
    const { rows, filters } = this.rows(plan.input, aboveOf(plan));
    try {
      return collectOf(plan, rows, filters, above);
    } catch (error) {
      if (!(error instanceof TacitError && error.code === 'SQL_TOO_LARGE')) throw error;
      this.#tooMany.add(plan);
      return undefined;
    }
  }

  #source(plan: LogicalPlan, above: Above): RowsNode {
    if (plan.kind === 'scan' || plan.kind === 'oneRow') return sourceOf(plan);
    const few = plan.kind === 'aggregate' ? this.candidates(plan, above) : undefined;
    if (few !== undefined) return few;
    const node = this.relation(plan);
    return { kind: 'relation', rows: node.rows, node };
  }

  #node(plan: LogicalPlan): RelationNode {
    const columns = relationColumns(plan);
    const base = { columns, rows: Number(rowsMax(plan)) };
    switch (plan.kind) {
      case 'oneRow':
        return this.#candidatesNode(plan, oneRow(plan));
      case 'scan': {
        const { table, columns: reads } = plan;
        const rows = rowCount(table);
        return { ...base, id: this.#ids++, kind: 'table', rows, table, reads };
      }
      case 'filter':
      case 'project':
        return this.#compute(plan);
      case 'aggregate':
        return this.#aggregate(plan);
      case 'join':
        return this.#joins.join(plan);
      case 'concat': {
        const id = this.#ids++;
        const inputs = plan.inputs.map((input) => this.relation(input));
        const rows = inputs.reduce((sum, input) => sum + input.rows, 0);
        return { ...base, id, rows, kind: 'concat', inputs, tag: plan.tag };
      }
      case 'window': {
        const id = this.#ids++;
        const input = this.relation(plan.input);
        const { functions } = plan;
        return { ...base, id, rows: input.rows, kind: 'window', input, functions };
      }
      case 'limit': {
        const id = this.#ids++;
        const input = this.relation(plan.input);
        const { order, offset, count } = plan;
        const rows = count === undefined ? input.rows : Math.min(input.rows, Number(count));
        return { ...base, id, rows, kind: 'limit', input, order, offset, count };
      }
      case 'output':
        throw new RangeError('an output is no relation');
    }
  }

  #candidatesNode(plan: LogicalPlan, collect: CollectNode): RelationNode {
    const columns = relationColumns(plan);
    return { kind: 'candidates', id: this.#ids++, rows: collect.rows, columns, collect };
  }

  #aggregate(plan: PlanOf<'aggregate'>): RelationNode {
    const columns = relationColumns(plan);
    const reads = new Set(columns.keys());
    const few = this.candidates(plan, { reads, filters: [], compare: undefined });
    if (few !== undefined) return this.#candidatesNode(plan, few);
    const id = this.#ids++;
    const input = this.relation(plan.input);
    const keys = plan.keys.map(({ scalar }) => scalar);
    const { aggregates, grouped } = plan;
    requireWidths([
      ...keys,
      ...aggregates.flatMap(({ operand, filter }) =>
        [operand, filter].filter((s) => s !== undefined),
      ),
    ]);
    const rows = grouped ? Math.min(input.rows, Number(rowsMax(plan))) : 1;
    return { kind: 'group', id, rows, columns, input, grouped, keys, aggregates };
  }

  /** A chain of filters and projections as one circuit, as far as they read the same columns. */
  #compute(plan: PlanOf<'filter'> | PlanOf<'project'>): RelationNode {
    const id = this.#ids++;
    const columns = relationColumns(plan);
    const scalars = plan.kind === 'project' ? plan.columns.map(({ scalar }) => scalar) : undefined;
    const filters: Filter[] = [];
    let below: LogicalPlan = plan.kind === 'project' ? plan.input : plan;
    for (; below.kind === 'filter'; below = below.input) filters.push(below);
    const input = this.relation(below);
    requireWidths([...(scalars ?? []), ...filters.map(({ predicate }) => predicate)]);
    const filter = filters.reduce<Filter | undefined>((all, each) => both(each, all), undefined);
    return { kind: 'compute', id, rows: input.rows, columns, input, filter, scalars };
  }
}

function unfiltered(plan: LogicalPlan, above: Above) {
  const filters: PlanOf<'filter'>[] = [];
  let below = plan;
  for (; below.kind === 'filter'; below = below.input) filters.push(below);
  const predicates = filters.map(({ predicate }) => predicate);
  const reads = new Set([...above.reads, ...predicates.flatMap(columnsOf)]);
  return { filters, below, own: { ...above, reads, filters: [...above.filters, ...predicates] } };
}

/** The row of a SELECT without FROM. */
function oneRow(plan: PlanOf<'oneRow'>): CollectNode {
  const rows = sourceOf(plan);
  invariant(rows.kind === 'collect', 'one row');
  return rows;
}

function both({ predicate, label }: Filter, all: Filter | undefined): Filter {
  if (all === undefined) return { predicate, label };
  return {
    predicate: logic('and', [predicate, all.predicate], predicate.at),
    label: `${label} AND ${all.label}`,
  };
}

/** Throws SQL_OVERFLOW for numbers too wide for circuits over the rows of a relation. */
export function requireWidths(scalars: readonly Scalar[]): void {
  for (const scalar of scalars) requireBooleanWidth(scalar, 'rows');
}

/** What stands above the input of an aggregate: the aggregate reads it. */
function aboveOf(plan: PlanOf<'aggregate'>): Above {
  const scalars = [
    ...plan.keys.map(({ scalar }) => scalar),
    ...plan.aggregates.flatMap(({ operand, filter }) =>
      [operand, filter].filter((s) => s !== undefined),
    ),
  ];
  return { reads: new Set(scalars.flatMap(columnsOf)), filters: [], compare: undefined };
}
