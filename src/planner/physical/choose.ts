import { columnOf } from '../../catalog/lookup.ts';
import { type ColumnId, rowCount, type TableVersion } from '../../catalog/table.ts';
import { invariant } from '../../errors/tacit-error.ts';
import { foldScalar, nullToFalse } from '../logical/fold.ts';
import { find, type LogicalPlan, type PlanOf } from '../logical/plan.ts';
import { rewriteScalar } from '../logical/rewrite.ts';
import { constantTruth, nullOf, number, type Scalar } from '../logical/scalar.ts';
import type { NetworkProfile } from '../network.ts';
import { requireBooleanWidth } from './boolean-width.ts';
import { candidateKeys } from './groups.ts';
import { measureOf, type RowsSeen } from './measure.ts';
import type { Candidate, FlagsNode, KnownCell, Measure, PhysicalPlan } from './plan.ts';

/**
 * Picks how everything is computed and proves that it fits: candidate groups, limbs of every sum, which sums need a
 * flag, and what is known without computing. Throws SQL_OVERFLOW or SQL_TOO_LARGE where it does not fit.
 */
export function choose(plan: LogicalPlan, network: NetworkProfile): PhysicalPlan {
  invariant(plan.kind === 'output', 'a plan ends in an output');
  const flags = flagsOf(plan);
  const { table, rows } = flags.input;
  const filter = flags.predicate === undefined ? true : constantTruth(flags.predicate);
  const none = rows === 0 || (filter !== undefined && filter !== true);
  const aggregate = find(plan, 'aggregate');
  const grouped = aggregate?.grouped ?? false;
  const seen: RowsSeen = { table, rows, none, all: filter === true && !grouped };
  const values = (aggregate?.aggregates ?? []).map((each) => measureOf(each, seen));
  const measures = values.flatMap((value) => ('kind' in value ? [] : [value]));
  const noRow = none && (grouped || aggregate === undefined);
  const at = aggregate?.at ?? { line: 1, column: 1 };
  const groups = noRow ? [] : candidateKeys(flags.keys, table, at, (keys) => mayPass(flags, keys));
  const candidates = groups.map((keys) => candidateOf(plan, keys, flags, values, measures));
  const columns = plan.columns.map(({ name, type }) => ({ name, type }));
  const rowBound = candidates.length;
  const root = { kind: 'reveal', network, table, rows: rowBound, columns, candidates } as const;
  const known =
    candidates.length === 0 || (measures.length === 0 && (!grouped || filterless(flags)));
  if (known) return { ...root, input: undefined };
  const input = { kind: 'sums', rows: candidates.length, grouped, measures, input: flags } as const;
  return { ...root, input };
}

/** GROUP BY a constant over all rows of a table: the one group is there. */
function filterless({ keys, predicate }: FlagsNode): boolean {
  return keys.length === 0 && (predicate === undefined || constantTruth(predicate) === true);
}

function flagsOf(plan: LogicalPlan): FlagsNode {
  const filter = find(plan, 'filter');
  const scan = find(plan, 'scan');
  const rows = scan === undefined ? 1 : rowCount(scan.table);
  if (filter !== undefined) requireBooleanWidth(filter.predicate);
  return {
    kind: 'flags',
    rows,
    predicate: filter?.predicate,
    label: filter?.label,
    keys: find(plan, 'aggregate')?.keys ?? [],
    input: { kind: 'read', rows, table: scan?.table, columns: scan?.columns ?? [] },
  };
}

function candidateOf(
  plan: PlanOf<'output'>,
  keys: readonly (bigint | null)[],
  flags: FlagsNode,
  values: readonly (KnownCell | Measure)[],
  measures: readonly Measure[],
): Candidate {
  const cells = plan.columns.map(({ value }): Candidate['cells'][number] => {
    if (value.kind === 'scalar') {
      return constantCell(value.scalar, flags.keys, keys, flags.input.table);
    }
    const found = values[value.index];
    invariant(found !== undefined, 'an output names no aggregate');
    return 'kind' in found ? found : { kind: 'measure', index: measures.indexOf(found) };
  });
  return { keys, cells };
}

/** The value of an expression over group keys in one group. */
function constantCell(
  scalar: Scalar,
  keys: readonly ColumnId[],
  values: readonly (bigint | null)[],
  table: TableVersion | undefined,
): KnownCell {
  const known = foldScalar(inGroup(scalar, keys, values));
  invariant(known.kind === 'constant', 'an output is not constant within its group');
  const { value } = known;
  if (typeof value !== 'bigint') return { kind: 'constant', value };
  if (known.type.kind === 'boolean') return { kind: 'constant', value: value !== 0n };
  if (scalar.kind === 'column' && table !== undefined) {
    const word = columnOf(table, scalar.column).dictionary?.[Number(value)];
    if (word !== undefined) return { kind: 'constant', value: word };
  }
  return { kind: 'constant', value };
}

/** The expression with its group keys replaced by their values in one group. */
function inGroup(
  scalar: Scalar,
  keys: readonly ColumnId[],
  values: readonly (bigint | null)[],
): Scalar {
  return rewriteScalar(scalar, (node) => {
    if (node.kind !== 'column') return node;
    const value = values[keys.indexOf(node.column)];
    if (value === undefined) return node;
    return value === null ? nullOf(node.type, node.at) : number(value, node.type, node.at);
  });
}

/** Whether the filter may keep rows of a group: `WHERE state = 'NY'` leaves one group of GROUP BY state. */
function mayPass({ predicate, keys }: FlagsNode, values: readonly (bigint | null)[]): boolean {
  if (predicate === undefined || keys.length === 0) return true;
  const residue = foldScalar(nullToFalse(foldScalar(inGroup(predicate, keys, values))));
  return constantTruth(residue) !== false;
}
