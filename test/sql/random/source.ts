import type { ColumnDefinition } from '../../../src/catalog/table.ts';
import type { NumberBlock } from '../../../src/sharing/upload.ts';
import type { Rng } from '../../oracle/rng.ts';
import { type TestTable, wholeColumns } from '../../oracle/tables.ts';
import { printDate, printDecimal, printTimestamp } from '../../oracle/values.ts';

/** Counts how often each construct was generated; printed at the end of a run. */
export type Coverage = Map<string, number>;

export interface Column {
  readonly definition: ColumnDefinition;
  readonly data: NumberBlock;
}

/** What a generator of SQL text draws from. */
export interface Source {
  readonly rng: Rng;
  readonly coverage: Coverage;
  readonly columns: readonly Column[];
  /** Makes a condition; values hold conditions and conditions values. */
  readonly condition: (source: Source, depth: number) => string;
}

export function sourceOf(
  rng: Rng,
  table: TestTable,
  coverage: Coverage,
  condition: Source['condition'],
): Source {
  const data = wholeColumns(table);
  const columns = table.definition.columns.map((definition, k) => {
    return { definition, data: data[k] as NumberBlock };
  });
  return { rng, coverage, columns, condition };
}

/** Counts a construct and passes its text on. */
export function count(source: Source, construct: string, text: string): string {
  source.coverage.set(construct, (source.coverage.get(construct) ?? 0) + 1);
  return text;
}

/** Mostly columns with values: queries about nothing but NULLs say little. */
export function pickColumn({ rng }: Source, columns: readonly Column[]): Column {
  const filled = columns.filter(({ data }) => data.nulls?.every((isNull) => isNull === 1) !== true);
  return rng.pick(filled.length > 0 && rng.chance(0.85) ? filled : columns);
}

/** A column of one of the kinds of type. */
export function columnOfKind(source: Source, kinds: readonly string[]): Column {
  const fitting = source.columns.filter(({ definition }) => kinds.includes(definition.type.kind));
  return pickColumn(source, fitting);
}

/** Parentheses around anything but a name or a plain literal. */
export function wrap(text: string): string {
  return /^([A-Za-z_]\w*|\d+(\.\d+)?)$/.test(text) ? text : `(${text})`;
}

/** A literal equal or close to a value that occurs in the column. */
export function literal(source: Source, { definition, data }: Column): string {
  const { rng } = source;
  const rows = data.values.length;
  const base = rows === 0 ? 0n : (data.values[rng.below(rows)] ?? 0n);
  const value = base + rng.pick([0n, 0n, 0n, 1n, -1n]);
  const { type } = definition;
  switch (type.kind) {
    case 'decimal':
      return negativeSafe(printDecimal(value, type.scale));
    case 'date':
      return rng.pick([`DATE '${printDate(base)}'`, `'${printDate(base)}'`]);
    case 'timestamp':
      return rng.pick([`TIMESTAMP '${printTimestamp(base)}'`, `'${printTimestamp(base)}'`]);
    case 'varchar': {
      const words = [...(definition.dictionary ?? []), 'nothing like it'];
      return quoted(rng.pick(words));
    }
    case 'boolean':
      return rng.pick(['TRUE', 'FALSE']);
    default:
      return negativeSafe(rng.chance(0.1) ? `${value}.5` : String(value));
  }
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function negativeSafe(text: string): string {
  return text.startsWith('-') ? `(${text})` : text;
}
