import { type Position, TacitError } from '../errors/tacit-error.ts';
import type { Catalog, ColumnDefinition, ColumnId, TableVersion } from './table.ts';

/** Finds a table by name, without regard to case; SQL_UNKNOWN_TABLE lists what exists. */
export function findTable(catalog: Catalog, name: string, at: Position): TableVersion {
  const wanted = name.toLowerCase();
  const found = catalog.tables.find((table) => table.definition.name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const names = catalog.tables.map((table) => table.definition.name);
  throw new TacitError(
    'SQL_UNKNOWN_TABLE',
    `there is no table "${name}"; ${listing('tables', names)}`,
    at,
  );
}

/** Position of a column by name, without regard to case; undefined if the table has none. */
export function findColumn(table: TableVersion, name: string): ColumnId | undefined {
  const wanted = name.toLowerCase();
  const index = table.definition.columns.findIndex((c) => c.name.toLowerCase() === wanted);
  return index < 0 ? undefined : (index as ColumnId);
}

/** As `findColumn`; SQL_UNKNOWN_COLUMN lists the table's columns. */
export function requireColumn(table: TableVersion, name: string, at: Position): ColumnId {
  const found = findColumn(table, name);
  if (found !== undefined) return found;
  const names = table.definition.columns.map((column) => column.name);
  const message = `table "${table.definition.name}" has no column "${name}"; ${listing('columns', names)}`;
  throw new TacitError('SQL_UNKNOWN_COLUMN', message, at);
}

/** The definition behind an id of this table. */
export function columnOf(table: TableVersion, id: ColumnId): ColumnDefinition {
  const column = table.definition.columns[id];
  if (column === undefined) throw new RangeError(`column ${id} of ${table.definition.name}`);
  return column;
}

function listing(what: string, names: readonly string[]): string {
  return names.length === 0 ? `there are no ${what}` : `${what}: ${names.join(', ')}`;
}
