import type { ColumnDefinition, Reveal, TableDefinition } from '../../src/catalog/table.ts';
import { encodingFor, printType } from '../../src/catalog/types.ts';
import { printBound } from './units.ts';

const DICTIONARY_SHOWN_MAX = 8;

const REVEALS: Readonly<Record<Reveal, string>> = {
  never: 'never shown (conditions only)',
  aggregate: 'shown over many rows',
  rows: 'shown row by row',
};

/** What everybody learns from publishing a table, one line per fact, in plain words. */
export function describePublished(
  definition: TableDefinition,
  parts: readonly { readonly owner: string; readonly rows: number }[],
): string[] {
  const { name } = definition;
  const rows = parts.map((part) => `${count(part.rows, 'row')} of ${part.owner}`).join(', ');
  return [`${name}: ${rows}`, ...describeDefinition(definition)];
}

/** What a definition makes public, without the numbers of rows; a line per column and key. */
export function describeDefinition({ columns, keys, name }: TableDefinition): string[] {
  return [
    ...columns.map((column) => `${name}.${column.name}: ${describeColumn(column)}`),
    ...keys.map((key) => {
      const most = describeMultiplicity(key.multiplicity);
      return `${name} key (${key.columns.join(', ')}): ${most}`;
    }),
  ];
}

/** A column's type as definitions write it, e.g. `DECIMAL(12,2)` or `VARCHAR(20)`. */
export function columnType({ bytes, type }: ColumnDefinition): string {
  return bytes === undefined ? printType(type) : `${printType(type)}(${bytes})`;
}

function describeColumn(column: ColumnDefinition): string {
  const facts = [columnType(column), describeValues(column)];
  facts.push(column.nullable ? 'has NULLs' : 'no NULLs');
  if (column.multiplicity !== undefined) facts.push(describeMultiplicity(column.multiplicity));
  if (column.reveal !== undefined) facts.push(REVEALS[column.reveal]);
  if (column.audit) facts.push('hidden totals committed to');
  return facts.join(', ');
}

function describeValues(column: ColumnDefinition): string {
  const { dictionary, bounds, bytes } = column;
  if (bytes !== undefined) return `secret text of at most ${count(bytes, 'byte')}`;
  if (dictionary) {
    const shown = dictionary.slice(0, DICTIONARY_SHOWN_MAX).map((value) => JSON.stringify(value));
    const more = dictionary.length > shown.length ? ', ...' : '';
    return `the values ${shown.join(', ')}${more} (${dictionary.length} in all)`;
  }
  const { width } = encodingFor(bounds);
  const [min, max] = [printBound(column, bounds.min), printBound(column, bounds.max)];
  return column.type.kind === 'boolean'
    ? '1 bit'
    : `from ${min} to ${max} (${count(width, 'bit')})`;
}

function describeMultiplicity(multiplicity: number): string {
  if (multiplicity === 1) return 'unique';
  return `at most ${multiplicity.toLocaleString('en-US')} rows with an equal value`;
}

/** A number with its noun, e.g. `1 row` or `1,200 rows`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
