import type { Aggregate, JoinPlan, LogicalPlan, PlanOf } from '../logical/plan.ts';
import { mapOwnScalars, rewriteScalar } from '../logical/rewrite.ts';
import type { Scalar } from '../logical/scalar.ts';

/** An aggregate over filters over a join; all scalars read the columns of the join. */
export interface AggregatedJoin {
  readonly node: PlanOf<'aggregate'>;
  readonly filters: readonly PlanOf<'filter'>[];
  readonly join: JoinPlan;
}

/** What stands below an aggregate if that is a join whose pairs are those with equal keys; projections between are written out. */
export function joinUnder(node: PlanOf<'aggregate'>): AggregatedJoin | undefined {
  if (!node.aggregates.every(isDecomposable)) return undefined;
  let top: PlanOf<'aggregate'> = node;
  const filters: PlanOf<'filter'>[] = [];
  let below: LogicalPlan = node.input;
  for (; below.kind === 'filter' || below.kind === 'project'; below = below.input) {
    if (below.kind === 'filter') {
      filters.push(below);
      continue;
    }
    const { columns } = below;
    const written = (scalar: Scalar) =>
      rewriteScalar(scalar, (each) =>
        each.kind === 'column' ? (columns[each.column]?.scalar ?? each) : each,
      );
    top = mapOwnScalars(top, written) as PlanOf<'aggregate'>;
    for (const [k, filter] of filters.entries()) {
      filters[k] = { ...filter, predicate: written(filter.predicate) };
    }
  }
  if (below.kind !== 'join' || !isByKeys(below)) return undefined;
  return { node: top, filters, join: below };
}

const DECOMPOSABLE = new Set(['countStar', 'count', 'sum', 'min', 'max', 'any', 'every']);

/** Whether aggregates of parts make the aggregate of all. */
function isDecomposable({ fn }: Aggregate): boolean {
  return DECOMPOSABLE.has(fn);
}

/** A hint says how many pairs there are: what it reveals stays as the statement says. */
function isByKeys({ join, keys, condition, pairsMax }: JoinPlan): boolean {
  if (join !== 'inner' && join !== 'left') return false;
  if (condition !== undefined || pairsMax !== undefined) return false;
  if (join === 'left' && keys.length === 0) return false;
  return keys.every(
    ({ left, right }) => left.type.kind !== 'double' && right.type.kind !== 'double',
  );
}
