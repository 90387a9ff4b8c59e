import { limbCount, rowCount, type TableVersion } from '../catalog/table.ts';
import { encodingFor } from '../catalog/types.ts';
import type { Disclosure } from './disclosure.ts';
import { printCount } from './disclosures.ts';

/**
 * CHECK TABLE: for each column that is stored in two forms, whether both say the same in every row. The analyst learns one bit
 * for each element of the field form; it is set whatever honest owners published, so no policy forbids it.
 */
export interface CheckPlan {
  readonly table: TableVersion;
  readonly columns: readonly CheckedColumn[];
}

/** A column with a field form. */
export interface CheckedColumn {
  /** Place in the table's definition. */
  readonly id: number;
  readonly name: string;
  readonly pieces: readonly Piece[];
}

/**
 * One element of the field form, `limb`, and the bits [from, from + bits) of the Boolean form that it should equal; `signed`: in
 * two's complement.
 */
export interface Piece {
  readonly limb: 0 | 1;
  readonly from: number;
  readonly bits: number;
  readonly signed: boolean;
}

/** Bits of the lower of two limbs. */
const LOW_BITS = 32;

/** Columns of secret text have one form only and are left out. */
export function checkPlan(table: TableVersion): CheckPlan {
  const columns = table.definition.columns.flatMap((column, id): CheckedColumn[] => {
    const { width, signed } = encodingFor(column.bounds);
    const limbs = limbCount(column);
    if (limbs === 0) return [];
    const { name } = column;
    if (limbs === 1) return [{ id, name, pieces: [{ limb: 0, from: 0, bits: width, signed }] }];
    const low = { limb: 0, from: 0, bits: LOW_BITS, signed: false } as const;
    const high = { limb: 1, from: LOW_BITS, bits: width - LOW_BITS, signed } as const;
    return [{ id, name, pieces: [low, high] }];
  });
  return { table, columns };
}

/** Whether any row is read: there are rows and columns with a field form. */
export function readsRows({ columns, table }: CheckPlan): boolean {
  return columns.length > 0 && rowCount(table) > 0;
}

/** Operators of a check by number, from the root down; steps of the program carry these. */
export const CHECK_OPERATOR = { reveal: 0, sums: 1, convert: 2, inject: 3, read: 4 } as const;

/** Labels of the operators of {@link CHECK_OPERATOR}. */
export function checkOperators(plan: CheckPlan): string[] {
  const { columns, table } = plan;
  const reveal = 'reveal column_name, consistent to analyst';
  if (!readsRows(plan)) return [`${reveal}: nothing to compute`];
  const names = columns.map(({ name }) => name).join(', ');
  return [
    reveal,
    'sum differences × random numbers',
    'convert bits of numbers to field',
    'single bits to field',
    `read ${table.definition.name} (${names}), both forms`,
  ];
}

/** The plan as an indented tree, one line per operator with its public number of rows. */
export function explainCheck(plan: CheckPlan): string[] {
  const labels = checkOperators(plan);
  const texts = labels.map((label, depth) =>
    depth === 0 ? label : `${'   '.repeat(depth - 1)}└─ ${label}`,
  );
  const width = Math.max(...texts.map(({ length }) => length));
  const [shown, rows] = [plan.columns.length, rowCount(plan.table)];
  return texts.map(
    (text, depth) => `${text.padEnd(width)}  ${printCount(depth < 2 ? shown : rows)}`,
  );
}

/** What a check reveals, and to whom. */
export function checkDisclosures(plan: CheckPlan): Disclosure[] {
  const { name } = plan.table.definition;
  const list: Disclosure[] = readsRows(plan)
    ? [
        {
          to: 'analyst',
          what: `whether both stored forms of each column of ${name} agree in all rows, halves of wide numbers each`,
        },
      ]
    : [];
  list.push({ to: 'everyone', what: 'the text of the query' });
  for (const { owner, rows } of plan.table.parts) {
    list.push({ to: 'everyone', what: `${owner} has ${printCount(rows)} in ${name}` });
  }
  return list;
}
