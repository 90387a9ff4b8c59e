import type { ColumnId } from '../../catalog/table.ts';
import type { LogicalPlan, PlanOf } from '../logical/plan.ts';
import { mapScalars, rewriteScalar } from '../logical/rewrite.ts';

/** An aggregate with other columns, and where each of the old ones is now. */
export interface Changed {
  readonly node: PlanOf<'aggregate'>;
  readonly moved: (id: ColumnId) => ColumnId;
}

/** Changes the aggregates of a plan, lowest first; what reads their columns follows. */
export function changeAggregates(
  plan: LogicalPlan,
  change: (node: PlanOf<'aggregate'>) => Changed | undefined,
): LogicalPlan {
  return follow(plan, change).plan;
}

interface Followed {
  readonly plan: LogicalPlan;
  /** Absent: the columns are where they were. */
  readonly moved?: Changed['moved'];
}

function follow(
  plan: LogicalPlan,
  change: (node: PlanOf<'aggregate'>) => Changed | undefined,
): Followed {
  if (plan.kind === 'oneRow' || plan.kind === 'scan') return { plan };
  const below = follow(plan.input, change);
  const same = below.plan === plan.input;
  const here = same ? plan : { ...readMoved(plan, below.moved), input: below.plan };
  if (here.kind !== 'aggregate') return { ...below, plan: here };
  const changed = change(here);
  return changed === undefined ? { plan: here } : { plan: changed.node, moved: changed.moved };
}

type Inner = Exclude<LogicalPlan, PlanOf<'oneRow' | 'scan'>>;

/** The node itself with its own expressions reading the moved columns; its input stays. */
function readMoved(plan: Inner, moved: Changed['moved'] | undefined): Inner {
  if (moved === undefined) return plan;
  const own = mapScalars({ ...plan, input: { kind: 'oneRow' } }, (scalar) =>
    rewriteScalar(scalar, (node) =>
      node.kind === 'column' ? { ...node, column: moved(node.column) } : node,
    ),
  );
  return own.kind === 'oneRow' || own.kind === 'scan' ? plan : { ...own, input: plan.input };
}
