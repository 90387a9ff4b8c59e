import type { TableVersion } from '../../catalog/table.ts';
import { invariant } from '../../errors/tacit-error.ts';
import { PLAN_LIMITS, type PlanLimits } from '../limits.ts';
import { inputsOf, type LogicalPlan, type PlanOf, type SortKey } from '../logical/plan.ts';
import { columnsOf, scalarKey } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';
import type { NetworkProfile } from '../network.ts';
import type { ResultShape } from '../result-shape.ts';
import { requireBooleanWidth } from './boolean-width.ts';
import { type Above, alwaysThere, filterOf, readsOf } from './collect.ts';
import type {
  Answer,
  CollectNode,
  Filter,
  KnownCell,
  Measure,
  OutputCell,
  PhysicalPlan,
  Rank,
} from './plan.ts';
import { publicCells, withConstants } from './public-values.ts';
import { RelationPlanner, requireWidths } from './relation-planner.ts';
import { candidateOrder, rankableKeys } from './sort-order.ts';

/**
 * Picks how everything is computed and proves that it fits: candidate groups, limbs of every sum, which sums need a
 * flag, algorithms of relations, and what is known without computing. Throws SQL_OVERFLOW or SQL_TOO_LARGE where it does not fit.
 */
export function choose(
  plan: LogicalPlan,
  network: NetworkProfile,
  limits: PlanLimits = PLAN_LIMITS,
): PhysicalPlan {
  invariant(plan.kind === 'output', 'a plan ends in an output');
  const columns = plan.columns.map(({ name, type }) => ({ name, type }));
  const root = { kind: 'reveal', network, tables: tablesBelow(plan), columns } as const;
  const known = (): PhysicalPlan => {
    return { ...root, rows: 0, sort: undefined, answer: { kind: 'known', rows: [] } };
  };
  const planner = new RelationPlanner(limits);
  const { limit, below } = unlimited(plan);
  const few = planner.fewRows(below, aboveOf(plan, below));
  if (few === undefined) {
    return limit?.count === 0n ? known() : { ...root, ...rowsAnswer(plan, planner) };
  }
  const { rows, filters } = few;
  const filter = filterOf(filters, rows);
  const wanted = filter === 'none' ? 'none' : limitOf(limit, rows.rows);
  if (filter === 'none' || wanted === 'none' || rows.rows === 0) return known();
  const { sort, rank } = orderOf(plan, wanted, rows);
  const answer = answerOf(plan, rows, filter, rank);
  return { ...root, rows: rows.rows, sort, answer };
}

/** The limit directly below the output, and what is below it. */
function unlimited({ input }: PlanOf<'output'>): {
  readonly limit: PlanOf<'limit'> | undefined;
  readonly below: LogicalPlan;
} {
  if (input.kind !== 'limit') return { limit: undefined, below: input };
  return { limit: input, below: input.input };
}

/** Rows of a relation. The analyst sorts them if the keys are columns of the answer, else they leave in order. */
function rowsAnswer(
  plan: PlanOf<'output'>,
  planner: RelationPlanner,
): Pick<PhysicalPlan, 'rows' | 'sort' | 'answer'> {
  const scalars = [...plan.columns, ...plan.order].map(({ scalar }) => scalar);
  requireWidths(scalars);
  const input = planner.relation(plan.input);
  const sort = plan.order.length === 0 ? undefined : sortOf(plan);
  const order =
    plan.order.length === 0 || sort !== undefined ? undefined : rankableKeys(plan.order);
  const cells = plan.columns.map(({ scalar }): OutputCell => {
    const values = publicCells(scalar, ONE_ROW);
    return values === undefined ? { kind: 'scalar', scalar } : { kind: 'constants', values };
  });
  return { rows: input.rows, sort, answer: { kind: 'rows', cells, order, input } };
}

/** A row without columns: what is public over it is public over any row. */
const ONE_ROW: CollectNode = { kind: 'collect', rows: 1, columns: [], input: undefined };

/** What stands above the source of the answer. */
function aboveOf(plan: PlanOf<'output'>, below: LogicalPlan): Above {
  const filters: PlanOf<'filter'>[] = [];
  let source = below;
  for (; source.kind === 'filter'; source = source.input) filters.push(source);
  const own = [plan, ...(plan.input === below ? [] : [plan.input]), ...filters];
  const keys = source.kind === 'aggregate' ? source.keys.length : 0;
  return { reads: readsOf(own), filters: [], compare: candidateOrder(orderKeys(own), keys) };
}

/** The stored tables that a plan reads, each once. */
function tablesBelow(plan: LogicalPlan): TableVersion[] {
  const below = plan.kind === 'scan' ? [plan.table] : inputsOf(plan).flatMap(tablesBelow);
  return [...new Map(below.map((table) => [table.digest, table])).values()];
}

function orderKeys(nodes: readonly LogicalPlan[]): readonly SortKey[] {
  const [output] = nodes;
  const limit = nodes.find((node) => node.kind === 'limit');
  if (limit !== undefined && limit.order.length > 0) return limit.order;
  return output?.kind === 'output' ? output.order : [];
}

/** What is left of a limit over so many candidates: nothing, no row at all, or a limit. */
function limitOf(
  limit: PlanOf<'limit'> | undefined,
  rows: number,
): PlanOf<'limit'> | undefined | 'none' {
  if (limit === undefined) return undefined;
  const { offset, count } = limit;
  if (count === 0n || offset >= BigInt(rows)) return 'none';
  return offset === 0n && (count === undefined || count >= BigInt(rows)) ? undefined : limit;
}

/**
 * Who puts the rows in order: nobody if the candidates are in order already, the analyst if the keys are columns of the
 * answer, else a ranking under MPC, which a limit needs anyway.
 */
function orderOf(
  plan: PlanOf<'output'>,
  limit: PlanOf<'limit'> | undefined,
  rows: CollectNode,
): { readonly sort: ResultShape['sort']; readonly rank: Rank | undefined } {
  const keys = orderKeys([plan, ...(limit === undefined ? [] : [limit])]);
  const sorted =
    keys.every(({ scalar }) =>
      columnsOf(scalar).every((id) => rows.columns[id]?.value.kind === 'public'),
    ) && candidateOrder(keys, rows.input?.candidates[0]?.length ?? 0) !== undefined;
  const sort = sorted || plan.order.length === 0 ? undefined : sortOf(plan);
  const open = plan.order.length > 0 && !sorted && sort === undefined;
  if (limit === undefined && !open) return { sort, rank: undefined };
  const ranked = sorted
    ? []
    : rankableKeys(keys).map((key) => ({ ...key, scalar: withConstants(key.scalar, rows) }));
  for (const { scalar } of ranked) requireBooleanWidth(scalar, rows);
  return { sort, rank: { keys: ranked, offset: limit?.offset ?? 0n, count: limit?.count, open } };
}

/** The order by output columns; undefined if a key is none. */
function sortOf({ order, columns }: PlanOf<'output'>): ResultShape['sort'] {
  const names = columns.map(({ scalar }) => scalarKey(scalar));
  const keys = order.map(({ scalar, descending, nullsFirst }) => {
    return { column: names.indexOf(scalarKey(scalar)), descending, nullsFirst };
  });
  return keys.every(({ column }) => column >= 0) ? keys : undefined;
}

function answerOf(
  plan: PlanOf<'output'>,
  rows: CollectNode,
  filter: Filter | undefined,
  rank: Rank | undefined,
): Answer {
  const cells = plan.columns.map(({ scalar }): OutputCell => {
    const values = publicCells(scalar, rows);
    if (values !== undefined) return { kind: 'constants', values };
    return { kind: 'scalar', scalar: withConstants(scalar, rows) };
  });
  const open = filter === undefined && rank === undefined;
  if (open && alwaysThere(rows)) {
    const known = cells.flatMap((cell) => (cell.kind === 'constants' ? [cell.values] : []));
    if (known.length === cells.length) {
      const rowsKnown = Array.from({ length: rows.rows }, (_, row) =>
        known.map((values): KnownCell => ({ kind: 'constant', value: values[row] ?? null })),
      );
      return { kind: 'known', rows: rowsKnown };
    }
  }
  if (open) {
    const plain = plainAnswer(cells, rows);
    if (plain !== undefined) return plain;
  }
  for (const cell of cells) {
    if (cell.kind === 'scalar') requireBooleanWidth(cell.scalar, rows);
  }
  return { kind: 'relation', filter, cells, rank, input: rows };
}

/** Sums and counts of a table, shown as they are: their scalars are opened, without a circuit over the groups. */
function plainAnswer(cells: readonly OutputCell[], rows: CollectNode): Answer | undefined {
  const { input } = rows;
  if (input === undefined || input.input.input.kind !== 'read') return undefined;
  const columns: (readonly (KnownCell | Measure)[])[] = [];
  let plain = false;
  for (const cell of cells) {
    if (cell.kind === 'constants') {
      columns.push(cell.values.map((value): KnownCell => ({ kind: 'constant', value })));
      continue;
    }
    const measure = plainMeasure(cell.scalar, rows);
    if (measure === undefined) return undefined;
    plain = true;
    columns.push(Array.from({ length: rows.rows }, () => measure));
  }
  if (!plain) return undefined;
  const list = Array.from({ length: rows.rows }, (_, row) =>
    columns.flatMap((column) => column[row] ?? []),
  );
  return { kind: 'sums', rows: list, input };
}

function plainMeasure(scalar: Scalar, rows: CollectNode): Measure | undefined {
  if (scalar.kind !== 'column') return undefined;
  const value = rows.columns[scalar.column]?.value;
  if (value?.kind !== 'measure') return undefined;
  const { kind } = value.measure.method;
  return kind === 'count' || kind === 'condition' || kind === 'limbs' ? value.measure : undefined;
}
