import type { ColumnId } from '../../catalog/table.ts';
import { inputsOf, type LogicalPlan, relationColumns } from './plan.ts';
import { columnsOf, mapOwnScalars, moveColumns, ownScalarsOf, withInputs } from './rewrite.ts';
import type { Scalar } from './scalar.ts';

/** Where each column of a relation is after a change. */
export type Moved = (id: ColumnId) => ColumnId;

/** A node in another form, and where its columns are now; absent: where they were. */
export interface Changed {
  readonly plan: LogicalPlan;
  readonly moved?: Moved | undefined;
}

/**
 * Changes the nodes of a plan, inputs first, with the columns that are read of each; expressions of nodes above follow
 * columns that moved. Columns of set operations stay where they are: `change` sees all of them read.
 */
export function changeNodes(
  plan: LogicalPlan,
  change: (node: LogicalPlan, read: ReadonlySet<number>) => Changed | undefined,
  read: ReadonlySet<number> = new Set(),
): Changed {
  const reads = readsOfInputs(plan, read);
  const inputs = inputsOf(plan);
  const below = inputs.map((input, k) => changeNodes(input, change, reads[k]));
  const restored = below.map((each, k) =>
    plan.kind === 'concat' ? restoreColumns(each, inputs[k]) : each,
  );
  const here = follow(plan, restored);
  const first = here.moved;
  const readNow = first ? new Set([...read].map((id) => first(id as ColumnId))) : read;
  const changed = change(here.plan, readNow);
  if (changed === undefined) return here;
  const second = changed.moved;
  const moved = first && second ? (id: ColumnId) => second(first(id)) : (first ?? second);
  return { plan: changed.plan, moved };
}

/** The node over changed inputs. */
function follow(plan: LogicalPlan, below: readonly Changed[]): Changed {
  const over = withInputs(
    plan,
    below.map((each) => each.plan),
  );
  if (below.every(({ moved }) => moved === undefined)) return { plan: over };
  const [first, second] = below;
  const same: Moved = (id) => id;
  if (plan.kind !== 'join') {
    const moved = first?.moved ?? same;
    const before = first === undefined || plan.kind !== 'window' ? 0 : widthOf(plan.input);
    const after = plan.kind === 'window' ? widthOf(first?.plan ?? plan.input) : 0;
    const own = mapOwnScalars(over, (scalar) => moveColumns(scalar, moved));
    if (!keepsColumns(plan)) return { plan: own };
    const behind: Moved = (id) =>
      plan.kind === 'window' && id >= before ? ((id - before + after) as ColumnId) : moved(id);
    return { plan: own, moved: behind };
  }
  const [ofLeft, ofRight] = [first?.moved ?? same, second?.moved ?? same];
  const [before, after] = [widthOf(plan.left), widthOf(first?.plan ?? plan.left)];
  const moved: Moved = (id) =>
    id < before ? ofLeft(id) : ((ofRight((id - before) as ColumnId) + after) as ColumnId);
  if (over.kind !== 'join') return { plan: over };
  const { condition, keys } = over;
  const own: LogicalPlan = {
    ...over,
    keys: keys.map(({ left, right }) => ({
      left: moveColumns(left, ofLeft),
      right: moveColumns(right, ofRight),
    })),
    ...(condition && { condition: moveColumns(condition, moved) }),
  };
  return { plan: own, moved };
}

/** Whether the columns of a node are, first of all, those of its input. */
function keepsColumns({ kind }: LogicalPlan): boolean {
  return kind === 'filter' || kind === 'limit' || kind === 'window';
}

function widthOf(plan: LogicalPlan): number {
  return relationColumns(plan).length;
}

/** The changed plan with its columns where they were. */
function restoreColumns(changed: Changed, before: LogicalPlan | undefined): Changed {
  const { plan, moved } = changed;
  if (moved === undefined || before === undefined) return changed;
  const now = relationColumns(plan);
  const at = { line: 1, column: 1 };
  const columns = relationColumns(before).map((facts, k) => {
    const id = moved(k as ColumnId);
    const { name: _, ...own } = now[id] ?? facts;
    const scalar: Scalar = { kind: 'column', column: id, at, ...own };
    return { name: facts.name, scalar };
  });
  return { plan: { kind: 'project', input: plan, columns } };
}

/** The columns that a node needs of each of its inputs if `read` of its own are read. */
export function readsOfInputs(plan: LogicalPlan, read: ReadonlySet<number>): Set<number>[] {
  const own = (scalars: readonly Scalar[]) => new Set<number>(scalars.flatMap(columnsOf));
  switch (plan.kind) {
    case 'oneRow':
    case 'scan':
      return [];
    case 'filter':
    case 'limit':
      return [union(read, own(ownScalarsOf(plan)))];
    case 'window': {
      const width = widthOf(plan.input);
      const passed = new Set([...read].filter((id) => id < width));
      return [union(passed, own(ownScalarsOf(plan)))];
    }
    case 'join': {
      const width = widthOf(plan.left);
      const pairs = union(read, own(plan.condition === undefined ? [] : [plan.condition]));
      const lefts = new Set([...pairs].filter((id) => id < width));
      const rights = new Set([...pairs].filter((id) => id >= width).map((id) => id - width));
      return [
        union(lefts, own(plan.keys.map(({ left }) => left))),
        union(rights, own(plan.keys.map(({ right }) => right))),
      ];
    }
    case 'concat':
      return plan.inputs.map((input) => new Set(relationColumns(input).keys()));
    default:
      return [own(ownScalarsOf(plan))];
  }
}

function union(a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> {
  return new Set([...a, ...b]);
}
