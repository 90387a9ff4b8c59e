import type { Disclosure } from './disclosure.ts';
import type { FlagsNode, Measure, PhysicalPlan, SumsNode } from './physical/plan.ts';

/**
 * Everything that running the plan reveals, and to whom. The analyst learns the answer, and beside it what the encoding of
 * an answer tells: an AVG opens its sum and its count. Everyone learns public shapes.
 */
export function disclosures(plan: PhysicalPlan): Disclosure[] {
  const { input, table } = plan;
  const list: Disclosure[] = [];
  if (input !== undefined) {
    const context = contextOf(input);
    for (const measure of input.measures) {
      list.push({ to: 'analyst', what: `${whatOf(measure)}${context}` });
    }
    if (input.grouped)
      list.push({ to: 'analyst', what: `which groups exist${whereOf(input.input)}` });
  }
  list.push({ to: 'everyone', what: 'the text of the query' });
  for (const { owner, rows } of table?.parts ?? []) {
    const name = table?.definition.name ?? '';
    list.push({ to: 'everyone', what: `${owner} has ${printCount(rows)} in ${name}` });
  }
  return list;
}

/** `1,000,000 rows`. */
export function printCount(rows: number): string {
  return `${String(rows).replace(/\B(?=(\d{3})+$)/g, ',')} ${rows === 1 ? 'row' : 'rows'}`;
}

function whatOf({ aggregate, allRows }: Measure): string {
  const { fn, label } = aggregate;
  if (fn !== 'avg') return label;
  return allRows ? `${label}: its sum` : `${label}: its sum and its count`;
}

function contextOf({ grouped, input }: SumsNode): string {
  const keys = input.keys.map((key) => input.input.table?.definition.columns[key]?.name ?? '');
  const by = !grouped || keys.length === 0 ? '' : ` by ${keys.join(', ')}`;
  return `${by}${whereOf(input)}`;
}

function whereOf({ predicate, label }: FlagsNode): string {
  return predicate === undefined || label === undefined ? '' : ` where ${label}`;
}
