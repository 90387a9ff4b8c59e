import {
  checkDefinition,
  checkOwners,
  NAME_MAX,
  OWNER_NAME_MAX,
} from '../../src/catalog/check-definition.ts';
import type {
  ColumnDefinition,
  SharedDefinition,
  TableDefinition,
} from '../../src/catalog/table.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ConfigField } from '../config-field.ts';
import { readConfigFile } from '../config-file.ts';
import { readColumn, readMultiplicity } from './definition-column.ts';

/** A definition as a file says it. */
export interface DefinitionFile extends SharedDefinition {
  readonly path: string;
  /** File, line and field of `table` and `owners`, for errors that need to know more than the file. */
  readonly where: { readonly table: string; readonly owners: readonly string[] };
}

/**
 * Reads the definition of one table and who may publish into it. CONFIG_INVALID names file, line and field of whatever has
 * not the documented form (docs/publishing.md).
 */
export function readDefinitionFile(path: string): DefinitionFile {
  const root = readConfigFile(path);
  const fields = root.map(['table', 'owners', 'columns', 'keys']);
  const need = (name: string): ConfigField => {
    const field = fields.get(name);
    if (field) return field;
    throw root.invalid(`${name} is missing`);
  };
  const name = readName(need('table'), NAME_MAX);
  const owners = readOwners(need('owners'));
  const columns = readColumns(need('columns'));
  const keys =
    fields
      .get('keys')
      ?.list()
      .map((key) => readKey(key, columns)) ?? [];
  const table = { name, columns, keys };
  const where = {
    table: need('table').where,
    owners: need('owners')
      .list()
      .map((field) => field.where),
  };
  try {
    checkDefinition(table);
    checkOwners(owners);
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    throw new TacitError('CONFIG_INVALID', `${path}: ${error.message}`);
  }
  return { path, table, owners, where };
}

function readOwners(field: ConfigField): string[] {
  const owners: string[] = [];
  for (const item of field.list()) {
    const owner = readName(item, OWNER_NAME_MAX);
    if (owners.includes(owner)) throw item.invalid('every owner is named once');
    owners.push(owner);
  }
  if (owners.length === 0) throw field.invalid('a table has at least one owner');
  return owners;
}

function readColumns(field: ConfigField): ColumnDefinition[] {
  const columns: ColumnDefinition[] = [];
  for (const [name, settings] of field.entries()) {
    const same = columns.find((column) => isSame(column.name, name));
    if (same) {
      throw settings.invalid(`two columns have this name (names ignore case: ${same.name})`);
    }
    checkName(name, NAME_MAX, settings);
    columns.push(readColumn(name, settings));
  }
  if (columns.length === 0) throw field.invalid('a table has at least one column');
  return columns;
}

function readKey(
  field: ConfigField,
  known: readonly ColumnDefinition[],
): TableDefinition['keys'][number] {
  const fields = field.map(['columns', 'multiplicity']);
  const list = fields.get('columns');
  if (!list) throw field.invalid('columns is missing');
  const columns: string[] = [];
  for (const item of list.list()) {
    const text = item.text();
    const found = known.find((column) => isSame(column.name, text));
    if (!found) throw item.invalid('the table has no such column');
    if (columns.includes(found.name)) throw item.invalid('a key names a column once');
    columns.push(found.name);
  }
  if (columns.length === 0) throw list.invalid('a key has at least one column');
  const multiplicity = fields.get('multiplicity');
  return { columns, multiplicity: multiplicity ? readMultiplicity(multiplicity) : 1 };
}

function readName(field: ConfigField, max: number): string {
  const text = field.text();
  checkName(text, max, field);
  return text;
}

function checkName(name: string, max: number, field: ConfigField): void {
  const length = [...name].length;
  if (length >= 1 && length <= max && name.trim() === name && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name))
    return;
  throw field.invalid(`a name has 1 to ${max} printable characters and no space at its ends`);
}

/** Names compare as SQL's do. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
