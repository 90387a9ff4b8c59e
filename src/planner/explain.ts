import { printCount } from './disclosures.ts';
import { type Atom, atomsOf, type Linear } from './physical/linear-form.ts';
import type { Measure, PhysicalPlan, SumsNode } from './physical/plan.ts';
import { printScalar } from './print-scalar.ts';

/** What a step of the program belongs to; costs are shown per operator. */
export type OperatorRole =
  | 'reveal'
  | 'carry'
  | 'sums'
  | 'multiply'
  | 'convert'
  | 'inject'
  | 'flags'
  | 'read';

export interface Operator {
  readonly role: OperatorRole;
  readonly label: string;
  /** Public number of rows that leave it. */
  readonly rows: number;
}

/**
 * The operators of a plan from the root down, each fed by the next. `Program.operators` are their labels in this order, and
 * steps carry their index.
 */
export function operatorsOf(plan: PhysicalPlan): Operator[] {
  const { rows, input } = plan;
  const names = plan.columns.map(({ name }) => name).join(', ');
  const reveal: Operator = { role: 'reveal', label: `reveal ${names} to analyst`, rows };
  if (input === undefined) return [{ ...reveal, label: `${reveal.label}: nothing to compute` }];
  const flags = input.input;
  const { table } = flags.input;
  const list: Operator[] = [reveal];
  if (input.measures.some(isWide)) {
    list.push({ role: 'carry', label: 'carry the parts of wide sums', rows });
  }
  list.push({ role: 'sums', label: sumsLabel(input), rows });
  const add = (role: OperatorRole, label: string | undefined) => {
    if (label !== undefined) list.push({ role, label, rows: flags.rows });
  };
  const atoms = rowAtoms(input);
  const products = atoms.filter(({ kind }) => kind === 'product').length;
  const slices = atoms.filter(({ kind }) => kind === 'slice').length;
  add('multiply', products === 0 ? undefined : `multiply ${counted(products, 'product')}`);
  add(
    'convert',
    slices === 0 ? undefined : `convert ${counted(slices, 'slice')} of columns to field`,
  );
  if (hasFlags(input)) {
    add('inject', 'flag bits to field');
    add('flags', flagsLabel(input));
  }
  const columns = flags.input.columns.map((id) => table?.definition.columns[id]?.name ?? '');
  add('read', `read shares ${table?.definition.name ?? ''}(${columns.join(', ')})`);
  return list;
}

/** The plan as an indented tree, one line per operator with its public row bound. */
export function explainPlan(plan: PhysicalPlan): string[] {
  const operators = operatorsOf(plan);
  const texts = operators.map(({ label }, depth) =>
    depth === 0 ? label : `${'   '.repeat(depth - 1)}└─ ${label}`,
  );
  const width = Math.max(...texts.map((text) => text.length));
  return operators.map(({ rows }, k) => `${(texts[k] ?? '').padEnd(width)}  ${printCount(rows)}`);
}

/** Atoms that cost something row by row, each once. */
export function rowAtoms({ measures }: SumsNode): Atom[] {
  const forms = measures.flatMap(({ sum }): Linear[] => {
    if (sum?.kind !== 'limbs') return [];
    return sum.limbs.flatMap(({ method }) =>
      method.kind === 'dot' ? [method.left, method.right] : [method.value],
    );
  });
  const terms = forms.flatMap((form) => form.terms);
  return atomsOf({ constant: 0n, terms, bounds: { min: 0n, max: 0n } });
}

/** Whether any row flag is secret. */
function hasFlags({ grouped, measures }: SumsNode): boolean {
  const conditions = measures.some(({ sum }) => sum?.kind === 'condition');
  return grouped || conditions || measures.some(({ allRows }) => !allRows);
}

/** Whether the sum takes several field elements. */
function isWide({ sum }: Measure): boolean {
  return sum?.kind === 'limbs' && sum.limbs.length > 1;
}

function sumsLabel({ measures, grouped, rows }: SumsNode): string {
  const sums = measures.map(measureLabel).join(', ');
  const groups = grouped ? ` for ${counted(rows, 'group')}` : '';
  return sums === '' ? `count rows × flag${groups}` : `${sums}${groups}`;
}

function measureLabel({ aggregate, allRows }: Measure): string {
  return allRows ? aggregate.label : `${aggregate.label} × flag`;
}

function flagsLabel({ input, measures }: SumsNode): string {
  const { table } = input.input;
  const names = input.keys.map((key) => table?.definition.columns[key]?.name ?? '');
  const notNull = measures.flatMap((measure) => measure.notNull.map((s) => printScalar(s, table)));
  const parts = [
    input.predicate === undefined ? '' : printScalar(input.predicate, table),
    names.length === 0 ? '' : `group ${names.join(', ')}`,
    notNull.length === 0 ? '' : `not null ${[...new Set(notNull)].join(', ')}`,
  ];
  return `flag ${parts.filter((part) => part !== '').join('; ')}`.trimEnd();
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
