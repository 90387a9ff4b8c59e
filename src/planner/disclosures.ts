import { choiceOf } from './choice-of-rows.ts';
import type { Disclosure } from './disclosure.ts';
import { guardsOf } from './guards.ts';
import { neverRead } from './never-read.ts';
import { printRange } from './operators.ts';
import type {
  FlagsNode,
  PhysicalPlan,
  RelationAnswer,
  RowsAnswer,
  SumsNode,
} from './physical/plan.ts';

/**
 * Everything that running the plan reveals, and to whom. The analyst learns the answer, and beside it what the encoding of
 * an answer tells: a quotient is opened before it is rounded. Everyone learns public shapes, the text and the values of its
 * parameters.
 */
export function disclosures(plan: PhysicalPlan, parameters = 0): Disclosure[] {
  const { answer, tables } = plan;
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
  if (answer.kind === 'rows') {
    for (const what of ofRows(plan, answer)) toAnalyst(what);
  }
  for (const name of neverRead(plan)) {
    toAnalyst(`what conditions on ${name} tell, which is never revealed itself`);
  }
  for (const { tells } of guardsOf(plan)) list.push({ to: 'everyone', what: tells });
  const text = 'the text of the query';
  const values = parameters === 1 ? 'value of its parameter' : 'values of its parameters';
  list.push({ to: 'everyone', what: parameters === 0 ? text : `${text} and the ${values}` });
  for (const { definition, parts } of tables) {
    for (const { owner, rows } of parts) {
      list.push({ to: 'everyone', what: `${owner} has ${printCount(rows)} in ${definition.name}` });
    }
  }
  return list;
}

/** `1,000,000 rows`. */
export function printCount(rows: number): string {
  return `${String(rows).replace(/\B(?=(\d{3})+$)/g, ',')} ${rows === 1 ? 'row' : 'rows'}`;
}

/** Cells of rows of a relation, how many there are, what chose them, and what their order tells. */
function ofRows({ columns }: PhysicalPlan, { cells, order, input }: RowsAnswer): string[] {
  const shown = cells.flatMap((cell, k): string[] => {
    if (cell.kind === 'constants') return [];
    const { scalar } = cell;
    const name = columns[k]?.name ?? '';
    const changed = scalar.kind === 'ratio' && scalar.after.length > 0;
    return [`${name}${changed ? ': the quotient before rounding' : ''} of every row of the answer`];
  });
  const ordered = order === undefined ? [] : ['the order of the rows of the answer'];
  const choice = choiceOf(input);
  const which = choice.length === 0 ? [] : [`which rows are chosen: ${choice.join('; ')}`];
  return [...shown, 'how many rows the answer has', ...which, ...ordered];
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

function contextOf({ grouped, input }: SumsNode): string {
  const keys = input.keys.map(({ label }) => label);
  const by = !grouped || keys.length === 0 ? '' : ` by ${keys.join(', ')}`;
  return `${by}${whereOf(input)}`;
}

function whereOf({ filter }: FlagsNode): string {
  return filter === undefined ? '' : ` where ${filter.label}`;
}
