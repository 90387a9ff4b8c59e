import { type ColumnDefinition, revealOf, type TableDefinition } from '../catalog/table.ts';
import { type Position, TacitError } from '../errors/tacit-error.ts';
import { type JoinPlan, type LogicalPlan, type PlanOf, relationColumns } from './logical/plan.ts';
import { columnsOf, conjuncts, ownScalarsOf } from './logical/rewrite.ts';
import type { Scalar } from './logical/scalar.ts';

/** A column of a table of which owners do not allow to show single rows. */
interface Guarded {
  readonly table: TableDefinition;
  readonly definition: ColumnDefinition;
}

/** Columns, each with a place in the statement that reads it. */
type Guards = ReadonlyMap<Guarded, Position>;

/** What a relation would tell of single rows if it were shown. */
interface Exposed {
  readonly columns: readonly ExposedColumn[];
  /** By what rows were chosen or paired, or compared with each other for that: that they are here tells of it. */
  readonly chosen: Guards;
  /** Whether every row is a group of rows, or made of groups. */
  readonly ofGroups: boolean;
  /** Of INTERSECT and EXCEPT, below what combines them: the columns of both sides. */
  readonly sides?: readonly (readonly ExposedColumn[])[];
}

interface ExposedColumn {
  /** Of which columns a row that is shown would hold values, or what follows from them. */
  readonly holds: Guards;
  /** What rows that are no groups would be chosen by if they were chosen by it: as `holds`, and what a group key holds. */
  readonly tells: Guards;
}

const NONE: Guards = new Map();
const OPEN: ExposedColumn = { holds: NONE, tells: NONE };

/**
 * Refuses a bound plan that shows more of a column than its owners allow (`reveal` of its definition). To be called with the
 * plan as bound, before any rule changes it, by each party for itself.
 *
 * - never: only a condition of WHERE (or of ON, for one table alone) over the rows of its own table may read the column. Whatever
 *   could carry a value of it into the answer, or tie it to other rows, is refused: join keys, aggregates and their FILTER, window
 *   functions, group keys, DISTINCT, set operations, HAVING, ORDER BY, outputs; also through expressions, aliases, derived tables
 *   and CTEs.
 * - aggregate: values of many rows together may be shown: sums, counts, extremes, quantiles, group keys; and rows may be joined
 *   and filtered by it below an aggregate, whose results may choose and order rows. A row that is shown may hold nothing that was
 *   computed of it, nor be chosen by it, nor tell how rows compare by it: conditions, window functions, ORDER BY and LIMIT of rows,
 *   and the rows of a join (of IN and EXISTS too) whose keys or conditions read it, also as a group key. Groups without an aggregate
 *   (DISTINCT, UNION, INTERSECT, EXCEPT) show rows, each once, if any of their columns is `rows`: nothing may choose them but those, and what
 *   they show. That a filter leaves a single row, whose value an aggregate then shows, is not prevented here.
 * - rows: everything may be shown.
 *
 * @throws SQL_POLICY with the column's name at the place that reads it
 */
export function enforceReveal(plan: LogicalPlan): void {
  exposedBy(plan);
}

function exposedBy(plan: LogicalPlan): Exposed {
  switch (plan.kind) {
    case 'oneRow':
      return { columns: [], chosen: NONE, ofGroups: true };
    case 'scan': {
      const columns = plan.table.definition.columns.map((_, id) => ofTable(plan, id));
      return { columns, chosen: NONE, ofGroups: false };
    }
    case 'filter':
      return ofFilter(plan, exposedBy(plan.input));
    case 'aggregate':
      return ofAggregate(plan, exposedBy(plan.input));
    case 'project': {
      const below = exposedBy(plan.input);
      return { ...below, columns: plan.columns.map(({ scalar }) => read([scalar], below)) };
    }
    case 'join':
      return ofJoin(plan);
    case 'concat':
      return ofConcat(plan);
    case 'window':
      return ofWindow(plan, exposedBy(plan.input));
    case 'limit': {
      const below = exposedBy(plan.input);
      const found = read(ownScalarsOf(plan), below);
      refuseNever(found.holds);
      return { ...below, chosen: merged([below.chosen, choosing(found, below.ofGroups)]) };
    }
    case 'output': {
      const below = exposedBy(plan.input);
      refuse(read(ownScalarsOf(plan), below).holds);
      refuse(below.chosen);
      return below;
    }
  }
}

/** Groups may be chosen by whatever may be shown of them. */
function choosing({ holds, tells }: ExposedColumn, ofGroups: boolean): Guards {
  return ofGroups ? holds : tells;
}

function ofAggregate(plan: PlanOf<'aggregate'>, below: Exposed): Exposed {
  const { keys, aggregates } = plan;
  refuseNever(read(ownScalarsOf(plan), below).holds);
  const found = keys.map(({ scalar }) => read([scalar], below));
  const columns = [
    ...found.map(({ tells }) => ({ holds: NONE, tells })),
    ...aggregates.map(() => OPEN),
  ];
  // INTERSECT and EXCEPT choose rows of the first side by those of the second; their own counts show nothing.
  const [first, others = []] = below.sides ?? [];
  const shown = first ?? found;
  const showsRows = shown.some(({ holds }) => holds.size === 0);
  const combines = aggregates.length > 0 && first === undefined;
  if (combines || !showsRows) return { columns, chosen: NONE, ofGroups: true };
  const isShown = new Set(shown.flatMap(({ tells }) => [...tells.keys()]));
  const all = merged([below.chosen, ...others.map(({ tells }) => tells)]);
  const chosen = new Map([...all].filter(([guarded]) => !isShown.has(guarded)));
  return { columns, chosen, ofGroups: true };
}

function ofConcat(plan: PlanOf<'concat'>): Exposed {
  const inputs = plan.inputs.map(exposedBy);
  const columns = relationColumns(plan).map((_, id) =>
    both(inputs.map((input) => input.columns[id] ?? OPEN)),
  );
  return {
    ...{ columns, chosen: merged(inputs.map(({ chosen }) => chosen)) },
    ofGroups: inputs.every(({ ofGroups }) => ofGroups),
    ...(plan.tag ? { sides: inputs.map((input) => input.columns) } : {}),
  };
}

function ofTable({ table }: PlanOf<'scan'>, id: number): ExposedColumn {
  const definition = table.definition.columns[id];
  if (definition === undefined || revealOf(definition) === 'rows') return OPEN;
  const guarded = { table: table.definition, definition };
  const holds = new Map([[guarded, NOWHERE]]);
  return { holds, tells: holds };
}

/** Until a place in the statement reads the column. */
const NOWHERE: Position = { line: 1, column: 1 };

/** What scalars over a relation hold, at their places. */
function read(scalars: readonly Scalar[], { columns }: Pick<Exposed, 'columns'>): ExposedColumn {
  return both(
    scalars.flatMap((scalar) =>
      columnsOf(scalar).map((id) => {
        const { holds, tells } = columns[id] ?? OPEN;
        const placed = (guards: Guards): Guards =>
          new Map([...guards.keys()].map((guarded) => [guarded, scalar.at]));
        return { holds: placed(holds), tells: placed(tells) };
      }),
    ),
  );
}

function both(columns: readonly ExposedColumn[]): ExposedColumn {
  return {
    holds: merged(columns.map(({ holds }) => holds)),
    tells: merged(columns.map(({ tells }) => tells)),
  };
}

function merged(guards: readonly Guards[]): Guards {
  return new Map(guards.flatMap((each) => [...each]));
}

function ofFilter({ predicate, input }: PlanOf<'filter'>, below: Exposed): Exposed {
  const chosen = conjuncts(predicate).map((condition) => {
    const found = read([condition], below);
    if (!isOverTable(input, columnsOf(condition))) refuseNever(found.holds);
    return choosing(found, below.ofGroups);
  });
  return { ...below, chosen: merged([below.chosen, ...chosen]) };
}

/** Whether columns are of one table, and a condition on them says the same as one on the rows of that table. */
function isOverTable(plan: LogicalPlan, ids: readonly number[]): boolean {
  switch (plan.kind) {
    case 'scan':
      return true;
    case 'filter':
      return isOverTable(plan.input, ids);
    case 'project': {
      const scalars = ids.flatMap((id) => plan.columns[id]?.scalar ?? []);
      return isOverTable(plan.input, scalars.flatMap(columnsOf));
    }
    case 'join': {
      const width = relationColumns(plan.left).length;
      const { join } = plan;
      if (ids.every((id) => id < width)) {
        return join !== 'right' && join !== 'full' && isOverTable(plan.left, ids);
      }
      const rights = ids.map((id) => id - width);
      const isKept = join === 'inner' || join === 'right';
      return isKept && rights.every((id) => id >= 0) && isOverTable(plan.right, rights);
    }
    default:
      return false;
  }
}

function ofJoin(plan: JoinPlan): Exposed {
  const { join, keys, condition } = plan;
  const [left, right] = [exposedBy(plan.left), exposedBy(plan.right)];
  const pair = [...left.columns, ...right.columns];
  const found = both([
    read(
      keys.map((key) => key.left),
      left,
    ),
    read(
      keys.map((key) => key.right),
      right,
    ),
    read(condition === undefined ? [] : [condition], { columns: pair }),
  ]);
  refuseNever(found.holds);
  const isHalf = join === 'semi' || join === 'anti';
  const ofGroups = left.ofGroups && (isHalf || right.ofGroups);
  const chosen = merged([left.chosen, right.chosen, choosing(found, ofGroups)]);
  return { columns: isHalf ? left.columns : pair, chosen, ofGroups };
}

function ofWindow(plan: PlanOf<'window'>, below: Exposed): Exposed {
  const results = plan.functions.map((each) => {
    const own: LogicalPlan = { ...plan, functions: [each] };
    const found = read(ownScalarsOf(own), below);
    refuseNever(found.holds);
    return found;
  });
  return { ...below, columns: [...below.columns, ...results] };
}

function refuseNever(guards: Guards): void {
  refuse(new Map([...guards].filter(([{ definition }]) => revealOf(definition) === 'never')));
}

function refuse(guards: Guards): void {
  const [first] = guards;
  if (first === undefined) return;
  const [{ table, definition }, at] = first;
  const column = `column "${definition.name}" of ${table.name}`;
  const message =
    revealOf(definition) === 'never'
      ? `${column} is never revealed: only conditions of WHERE over the table may read it, and aggregates only may follow`
      : `${column} is revealed by aggregates only: a row that is shown may not hold it, nor what is computed of it, nor be chosen, ordered, ranked or joined by it; groups with an aggregate may`;
  throw new TacitError('SQL_POLICY', message, at);
}
