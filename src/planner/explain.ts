import { printCount } from './disclosures.ts';
import type { Scalar } from './logical/scalar.ts';
import {
  type Bare,
  chained,
  counted,
  type Operator,
  type OperatorRole,
  printRange,
} from './operators.ts';
import { type Atom, atomsOf, type Linear } from './physical/linear-form.ts';
import {
  type CollectNode,
  levelOf,
  type Measure,
  type PhysicalPlan,
  type RelationAnswer,
  type RowsNode,
  type SumsNode,
} from './physical/plan.ts';
import { type Names, printScalar } from './print-scalar.ts';
import { readLabel, relationOperators } from './relation-operators.ts';

/**
 * The operators of a plan from the root down, each fed by the next. `Program.operators` are their labels in this order, and
 * steps carry their index.
 */
export function operatorsOf(plan: PhysicalPlan): Operator[] {
  const { rows, answer, columns } = plan;
  const names = columns.map(({ name }) => name).join(', ');
  const label = `reveal ${names} to analyst`;
  const reveal: Bare = { role: 'reveal', level: 0, label, rows };
  switch (answer.kind) {
    case 'known':
      return chained([{ ...reveal, label: `${label}: nothing to compute` }], 0);
    case 'sums':
      return [...chained([reveal], 0), ...sumsOperators(answer.input, { opened: true, depth: 1 })];
    case 'relation': {
      const own = [reveal, ...answerOperators(plan, answer)];
      return [...chained(own, 0), ...collectOperators(answer.input, own.length)];
    }
    case 'rows': {
      const order =
        answer.order === undefined
          ? 'shuffle rows'
          : `sort rows by ${counted(answer.order.length, 'key')}`;
      const own: Bare[] = [reveal, { role: 'show', level: 0, label: order, rows }];
      return [...chained(own, 0), ...relationOperators(answer.input, own.length, collectOperators)];
    }
  }
}

/** The plan as an indented tree, one line per operator with its public row bound. */
export function explainPlan(plan: PhysicalPlan): string[] {
  const operators = operatorsOf(plan);
  const texts = operators.map(({ label, depth }) =>
    depth === 0 ? label : `${'   '.repeat(depth - 1)}└─ ${label}`,
  );
  const width = Math.max(...texts.map((text) => text.length));
  return operators.map(({ rows }, k) => `${(texts[k] ?? '').padEnd(width)}  ${printCount(rows)}`);
}

function answerOperators({ columns }: PhysicalPlan, answer: RelationAnswer): Bare[] {
  const { rank, filter, cells, input } = answer;
  const list: Bare[] = [];
  const add = (role: OperatorRole, label: string) =>
    list.push({ role, level: 0, label, rows: input.rows });
  if (rank !== undefined) {
    const all = rank.offset === 0n && rank.count === undefined;
    add('show', all ? 'show all rows' : `show ${printRange(rank)}`);
    const keys = rank.keys.length === 0 ? 'their number' : counted(rank.keys.length, 'key');
    add('rank', `rank rows by ${keys}`);
  }
  const names = cells.flatMap((cell, k) =>
    cell.kind === 'scalar' ? [columns[k]?.name ?? ''] : [],
  );
  const kept = filter === undefined ? '' : ` where ${filter.label}`;
  add('compute', `compute ${names.length === 0 ? 'rows' : names.join(', ')}${kept}`);
  return list;
}

/** `base`: levels begin here. */
function collectOperators(node: CollectNode, depth: number, base = 0): Operator[] {
  const { input, rows } = node;
  if (input === undefined) {
    return chained([{ role: 'collect', level: base, label: 'one row', rows }], depth);
  }
  const level = base + levelOf(input.input.input);
  const label = input.grouped ? 'collect groups' : 'collect aggregates';
  const own = chained([{ role: 'collect', level, label, rows }], depth);
  return [...own, ...sumsOperators(input, { opened: false, depth: depth + 1, base })];
}

/** `opened`: sums and counts are opened as they are, instead of collected. */
function sumsOperators(
  node: SumsNode,
  { opened, depth, base = 0 }: { opened: boolean; depth: number; base?: number },
): Operator[] {
  const { input, measures, rows } = node;
  const below = input.input;
  const level = base + levelOf(below);
  const list: Bare[] = [];
  const add = (role: OperatorRole, label: string | undefined, count = input.rows) => {
    if (label !== undefined) list.push({ role, level, label, rows: count });
  };
  if (measures.some(isWide)) add('carry', 'carry the parts of wide sums', rows);
  const summed = measures.filter((measure) => !isFold(measure));
  if (opened || summed.length > 0) add('sums', sumsLabel(node, summed), rows);
  if (!opened) add('folds', foldsLabel(node), rows);
  const atoms = rowAtoms(node);
  const products = atoms.filter(({ kind }) => kind === 'product').length;
  const slices = atoms.filter((atom) => atom.kind === 'slice' && atom.bits > 1).length;
  add('multiply', products === 0 ? undefined : `multiply ${counted(products, 'product')}`);
  add(
    'convert',
    slices === 0 ? undefined : `convert ${counted(slices, 'slice')} of numbers to field`,
  );
  if (hasInjections(node, opened)) add('inject', 'flag bits to field');
  if (hasFlags(node)) add('flags', flagsLabel(node));
  if (below.kind === 'read') add('read', readLabel(below.table, below.columns));
  const own = chained(list, depth);
  const next = depth + list.length;
  if (below.kind === 'collect') return [...own, ...collectOperators(below, next, base)];
  if (below.kind === 'relation') {
    return [...own, ...relationOperators(below.node, next, collectOperators)];
  }
  return own;
}

/** Atoms that cost something row by row, each once. */
export function rowAtoms({ measures }: SumsNode): Atom[] {
  const forms = measures.flatMap(({ method }): Linear[] => {
    if (method.kind !== 'limbs') return [];
    return method.limbs.flatMap((limb) =>
      limb.method.kind === 'dot' ? [limb.method.left, limb.method.right] : [limb.method.value],
    );
  });
  const terms = forms.flatMap((form) => form.terms);
  return atomsOf({ constant: 0n, terms, bounds: { min: 0n, max: 0n } });
}

/** Whether any circuit runs row by row. */
function hasFlags(node: SumsNode): boolean {
  const { grouped, measures } = node;
  const isComputed = (measure: Measure) => !measure.allRows || measure.method.kind !== 'limbs';
  const atoms = rowAtoms(node);
  return (
    grouped ||
    measures.some(isComputed) ||
    atoms.some((atom) => atom.kind === 'branch' || isComputedSlice(atom, node.input.input))
  );
}

function isComputedSlice(atom: Atom, below: RowsNode): boolean {
  return atom.kind === 'slice' && (below.kind !== 'read' || atom.scalar.kind !== 'column');
}

function hasInjections(node: SumsNode, opened: boolean): boolean {
  const isInjected = (measure: Measure) =>
    !isFold(measure) && (!measure.allRows || measure.method.kind === 'condition');
  return (
    (opened && node.grouped) ||
    node.measures.some(isInjected) ||
    rowAtoms(node).some(({ kind }) => kind === 'branch')
  );
}

function isFold({ method }: Measure): boolean {
  const { kind } = method;
  if (kind === 'count' || kind === 'condition') return method.inBits === true;
  return kind === 'extreme' || kind === 'truths' || kind === 'distinct' || kind === 'bits';
}

/** Whether the sum takes several field elements. */
function isWide({ method }: Measure): boolean {
  return method.kind === 'limbs' && method.limbs.length > 1;
}

function sumsLabel({ grouped, rows }: SumsNode, measures: readonly Measure[]): string {
  const sums = [...new Set(measures.map(measureLabel))].join(', ');
  const groups = grouped ? ` for ${counted(rows, 'group')}` : '';
  return sums === '' ? `count rows × flag${groups}` : `${sums}${groups}`;
}

/** What is folded; the bits that tell empty groups from others may be all. */
function foldsLabel({ grouped, rows, measures }: SumsNode): string | undefined {
  const folds = measures.filter(isFold).map(({ aggregate }) => aggregate.label);
  const isCounted = (measure: Measure) =>
    measure.method.kind !== 'condition' &&
    !isFold(measure) &&
    measure.conditions.length === 0 &&
    measure.notNull.length === 0;
  const tested = measures.some(({ method, allRows }) => method.kind === 'condition' && !allRows);
  const groups = grouped && !measures.some(isCounted);
  if (folds.length === 0 && !groups && !tested) return undefined;
  const what = folds.length > 0 ? [...new Set(folds)].join(', ') : 'whether there are rows';
  return `fold ${what}${grouped ? ` for ${counted(rows, 'group')}` : ''}`;
}

function measureLabel({ aggregate, allRows }: Measure): string {
  return allRows ? aggregate.label : `${aggregate.label} × flag`;
}

function flagsLabel(node: SumsNode): string {
  const { input, measures } = node;
  const below = input.input;
  const names = namesOf(below);
  // Only expressions over the table print well; those over groups are named.
  const print = (scalars: readonly Scalar[]) =>
    names === undefined ? [] : [...new Set(scalars.map((scalar) => printScalar(scalar, names)))];
  const { filter, keys } = input;
  const predicate = filter && (names === undefined ? [filter.label] : print([filter.predicate]));
  const groups = keys.map(({ label }) => label).join(', ');
  const notNull = print(measures.flatMap((measure) => measure.notNull)).join(', ');
  const filters = print(measures.flatMap((measure) => measure.conditions)).join(', ');
  const there =
    below.kind === 'relation' || (below.kind === 'collect' && below.input?.grouped === true);
  const flags = [
    ...(there ? ['rows that exist'] : []),
    ...(predicate ?? []),
    ...(groups === '' ? [] : [`group ${groups}`]),
    ...(notNull === '' ? [] : [`not null ${notNull}`]),
    ...(filters === '' ? [] : [`filter ${filters}`]),
  ];
  const numbers = print(computedIn(node)).join(', ');
  const parts = [
    ...(flags.length === 0 ? [] : [`flag ${flags.join('; ')}`]),
    ...(numbers === '' ? [] : [`compute ${numbers}`]),
  ];
  return parts.length === 0 ? 'compute conditions' : parts.join('; ');
}

/** Names of columns for people; groups have none that print well. */
function namesOf(below: RowsNode): Names {
  if (below.kind === 'read') return below.table;
  return below.kind === 'relation' ? below.node.columns.map(({ name }) => name) : undefined;
}

/** Expressions that circuits compute for sums. */
function computedIn(node: SumsNode): Scalar[] {
  return rowAtoms(node).flatMap((atom) => {
    if (atom.kind === 'branch') return atom.conditions;
    const computed = atom.kind === 'slice' && isComputedSlice(atom, node.input.input);
    return computed ? [atom.scalar] : [];
  });
}
