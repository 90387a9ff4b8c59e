import { columnOf } from '../catalog/lookup.ts';
import { revealOf } from '../catalog/table.ts';
import type { Disclosure } from './disclosure.ts';
import { columnsOf } from './logical/rewrite.ts';
import type {
  FlagsNode,
  PhysicalPlan,
  RelationAnswer,
  RowsNode,
  SumsNode,
} from './physical/plan.ts';

/**
 * Everything that running the plan reveals, and to whom. The analyst learns the answer, and beside it what the encoding of
 * an answer tells: a quotient is opened before it is rounded. Everyone learns public shapes, the text and the values of its
 * parameters.
 */
export function disclosures(plan: PhysicalPlan, parameters = 0): Disclosure[] {
  const { answer, table } = plan;
  const list: Disclosure[] = [];
  const toAnalyst = (what: string) => list.push({ to: 'analyst', what });
  if (answer.kind === 'sums') {
    const { input } = answer;
    for (const { aggregate } of input.measures) toAnalyst(`${aggregate.label}${contextOf(input)}`);
    if (input.grouped) toAnalyst(`which groups exist${whereOf(input.input)}`);
  }
  if (answer.kind === 'relation') {
    for (const what of ofRelation(plan, answer)) toAnalyst(what);
  }
  for (const name of conditionsOnNever(plan)) {
    toAnalyst(`what conditions on ${name} tell, which is never revealed itself`);
  }
  const text = 'the text of the query';
  const values = parameters === 1 ? 'value of its parameter' : 'values of its parameters';
  list.push({ to: 'everyone', what: parameters === 0 ? text : `${text} and the ${values}` });
  for (const { owner, rows } of table?.parts ?? []) {
    const name = table?.definition.name ?? '';
    list.push({ to: 'everyone', what: `${owner} has ${printCount(rows)} in ${name}` });
  }
  return list;
}

/** Columns whose values nobody may see, but which the filter over the table compares: a count tells of them. */
function conditionsOnNever({ answer, table }: PhysicalPlan): string[] {
  if (answer.kind === 'known' || table === undefined) return [];
  const rows: RowsNode = answer.kind === 'sums' ? answer.input.input.input : answer.input;
  const filter =
    answer.kind === 'sums' && rows.kind === 'read' ? answer.input.input.filter : filterOf(rows);
  if (filter === undefined) return [];
  const columns = [...new Set(columnsOf(filter.predicate))].map((id) => columnOf(table, id));
  return columns.filter((column) => revealOf(column) === 'never').map(({ name }) => name);
}

/** The filter directly over the table. */
function filterOf(rows: RowsNode): FlagsNode['filter'] {
  if (rows.kind === 'read' || rows.input === undefined) return undefined;
  const flags = rows.input.input;
  return flags.input.kind === 'read' ? flags.filter : filterOf(flags.input);
}

/** `1,000,000 rows`. */
export function printCount(rows: number): string {
  return `${String(rows).replace(/\B(?=(\d{3})+$)/g, ',')} ${rows === 1 ? 'row' : 'rows'}`;
}

function ofRelation({ columns }: PhysicalPlan, answer: RelationAnswer): string[] {
  const { input, rank, cells } = answer;
  const sums = input.input;
  const context = sums === undefined ? '' : contextOf(sums);
  const list = cells.flatMap((cell, k): string[] => {
    if (cell.kind === 'constants') return [];
    const { scalar } = cell;
    const name = columns[k]?.name ?? '';
    const changed = scalar.kind === 'ratio' && scalar.after.length > 0;
    return [`${name}${changed ? ': the quotient before rounding' : ''}${context}`];
  });
  const which = whichRows(answer);
  if (which !== undefined) list.push(which);
  if (rank?.open === true) list.push('the order of the rows that are shown');
  return list;
}

/** What showing a row tells by itself. */
function whichRows({ input, filter, rank }: RelationAnswer): string | undefined {
  const sums = input.input;
  const where = sums === undefined ? '' : whereOf(sums.input);
  const limited = rank !== undefined && (rank.count !== undefined || rank.offset > 0n);
  if (sums?.grouped !== true)
    return filter === undefined ? undefined : `whether ${filter.label}${where}`;
  const which = limited ? `groups are ${printRange(rank)} of those that` : 'groups';
  return `which ${which} exist${where}${filter === undefined ? '' : ` and meet ${filter.label}`}`;
}

/** `row 1 to 10`, in the order of the query. */
export function printRange({ offset, count }: NonNullable<RelationAnswer['rank']>): string {
  const first = offset + 1n;
  return count === undefined ? `from row ${first}` : `row ${first} to ${offset + count}`;
}

function contextOf({ grouped, input }: SumsNode): string {
  const keys = input.keys.map(({ label }) => label);
  const by = !grouped || keys.length === 0 ? '' : ` by ${keys.join(', ')}`;
  return `${by}${whereOf(input)}`;
}

function whereOf({ filter }: FlagsNode): string {
  return filter === undefined ? '' : ` where ${filter.label}`;
}
