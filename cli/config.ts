import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SqlType } from '../src/catalog/types.ts';
import { TacitError } from '../src/errors/tacit-error.ts';
import type { ConfigField } from './config-field.ts';
import { readConfigFile } from './config-file.ts';
import { parseType } from './config-type.ts';
import { type DefinitionFile, readDefinitionFile } from './define/definition-file.ts';

/** What `tacit run CONFIG` reads: a temporary consortium and the tables to publish into it. */
export interface RunConfig {
  readonly parties: 3;
  readonly threshold: 1;
  readonly tls: boolean;
  readonly tables: readonly TableConfig[];
}

export interface TableConfig {
  readonly name: string;
  readonly sources: readonly SourceConfig[];
  /** What the owners would sign; nothing is inferred then, and `columns` and `keys` are empty. */
  readonly definition?: DefinitionFile;
  /** By the column's name as written; names in files are matched case-insensitively. */
  readonly columns: readonly ColumnConfig[];
  /** Columns that together identify a row, one list per declared key. */
  readonly keys: readonly KeyConfig[];
}

export interface SourceConfig {
  readonly owner: string;
  /** Absolute path. */
  readonly path: string;
  /** As CONFIG says it; what messages show. */
  readonly source: string;
}

export interface ColumnConfig {
  readonly name: string;
  readonly type?: SqlType;
  /** VARCHAR(n): most UTF-8 bytes of a value, which is secret text then. */
  readonly bytes?: number;
  /** In the column's own units, e.g. `100000` or `2024-12-31`. */
  readonly bounds?: readonly [low: string, high: string];
  readonly dictionary?: boolean;
  /** Field path and line, for errors that need the data. */
  readonly where: string;
}

export interface KeyConfig {
  readonly columns: readonly string[];
  readonly where: string;
}

const NAME_LENGTH_MAX = 64;
const PARTIES = 3;
const THRESHOLD = 1;

/**
 * Reads and checks a configuration. CONFIG_INVALID names the field and line of whatever has not the
 * documented form (unknown fields included), SOURCE_INVALID a source that does not exist,
 * SUITE_NOT_BUILT a number of parties or threshold that no protocol suite serves.
 */
export function loadConfig(path: string): RunConfig {
  const root = readConfigFile(path);
  const fields = root.map(['parties', 'threshold', 'tls', 'tables']);
  const parties = fields.get('parties')?.integer() ?? PARTIES;
  const threshold = fields.get('threshold')?.integer() ?? THRESHOLD;
  if (parties !== PARTIES || threshold !== THRESHOLD) {
    throw new TacitError(
      'SUITE_NOT_BUILT',
      `no protocol suite for parties: ${parties}, threshold: ${threshold}; ` +
        `use parties: ${PARTIES}, threshold: ${THRESHOLD}`,
    );
  }
  const tls = fields.get('tls')?.boolean() ?? true;
  const tables: TableConfig[] = [];
  for (const [name, field] of fields.get('tables')?.entries() ?? []) {
    const same = tables.find((table) => sameName(table.name, name));
    if (same) throw field.invalid(`the table is named twice (names ignore case: ${same.name})`);
    tables.push(readTable(printable(name, field), field, dirname(resolve(path))));
  }
  return { parties: PARTIES, threshold: THRESHOLD, tls, tables };
}

/** A list of entries, or a single entry. */
function readTable(name: string, field: ConfigField, folder: string): TableConfig {
  const entries = field.isMap() ? [field] : field.list();
  let definition: DefinitionFile | undefined;
  const sources: SourceConfig[] = [];
  const columns: ColumnConfig[] = [];
  const keys: KeyConfig[] = [];
  for (const entry of entries) {
    const fields = entry.map(['owner', 'source', 'columns', 'key', 'define']);
    const owner = fields.get('owner');
    const source = fields.get('source');
    if (owner && source) sources.push(readSource(owner, source, folder));
    else if (owner || source) {
      throw entry.invalid(`${owner ? 'source' : 'owner'} is missing`);
    } else if (!['columns', 'key', 'define'].some((name) => fields.has(name))) {
      throw entry.invalid('owner and source are missing');
    }
    for (const [column, settings] of fields.get('columns')?.entries() ?? []) {
      addColumn(columns, readColumn(column, settings), settings);
    }
    const key = fields.get('key');
    if (key) addKey(keys, readKey(key));
    const define = fields.get('define');
    if (define && definition) throw define.invalid('a table has one definition');
    if (define) definition = readDefinition(name, define, folder);
  }
  if (sources.length === 0) throw field.invalid('the table has no entry with owner and source');
  if (!definition) return { name, sources, columns, keys };
  if (columns.length > 0 || keys.length > 0) {
    throw field.invalid('with define, columns and keys are described in that file only');
  }
  const { owners, table } = definition;
  const stray = sources.find(({ owner }) => !owners.includes(owner));
  if (stray) throw field.invalid(`${stray.owner} is not an owner in ${definition.path}`);
  return { name: table.name, sources, definition, columns, keys };
}

function readDefinition(name: string, field: ConfigField, folder: string): DefinitionFile {
  const path = resolve(folder, field.text());
  if (!existsSync(path)) throw field.invalid(`there is no file ${field.text()}`);
  const definition = readDefinitionFile(path);
  if (sameName(definition.table.name, name)) return definition;
  throw field.invalid(`this file defines table ${definition.table.name}, not ${name}`);
}

function readSource(owner: ConfigField, source: ConfigField, folder: string): SourceConfig {
  const text = source.text();
  const path = resolve(folder, text);
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new TacitError('SOURCE_INVALID', `${source.where}: there is no file ${text}`);
  }
  return { owner: printable(owner.text(), owner), path, source: text };
}

function readColumn(name: string, field: ConfigField): ColumnConfig {
  const fields = field.map(['type', 'bounds', 'dictionary']);
  const type = fields.get('type');
  const bounds = fields.get('bounds');
  const dictionary = fields.get('dictionary')?.boolean();
  return {
    name,
    where: field.where,
    ...(type ? parseType(type) : {}),
    ...(bounds ? { bounds: readBounds(bounds) } : {}),
    ...(dictionary === undefined ? {} : { dictionary }),
  };
}

function readBounds(field: ConfigField): readonly [string, string] {
  const [low, high, ...more] = field.list();
  if (!low || !high || more.length > 0) throw field.invalid('bounds are two values: [low, high]');
  return [low.scalarText(), high.scalarText()];
}

function readKey(field: ConfigField): KeyConfig {
  const columns = field.list().map((item) => item.text());
  if (columns.length === 0) throw field.invalid('a key has at least one column');
  const names = new Set(columns.map((column) => column.toLowerCase()));
  if (names.size < columns.length) throw field.invalid('a column is named twice in the key');
  return { columns, where: field.where };
}

/** The same column may be described in several entries if they say the same. */
function addColumn(columns: ColumnConfig[], column: ColumnConfig, field: ConfigField): void {
  const known = columns.find((other) => sameName(other.name, column.name));
  if (!known) {
    columns.push(column);
    return;
  }
  const settings = ({ type, bytes, bounds, dictionary }: ColumnConfig) =>
    JSON.stringify([type, bytes, bounds, dictionary]);
  if (settings(known) !== settings(column)) {
    throw field.invalid(`contradicts ${known.where}; describe a column once`);
  }
}

function addKey(keys: KeyConfig[], key: KeyConfig): void {
  const spelling = (columns: readonly string[]) =>
    JSON.stringify(columns.map((column) => column.toLowerCase()).sort());
  if (!keys.some((other) => spelling(other.columns) === spelling(key.columns))) keys.push(key);
}

function printable(text: string, field: ConfigField): string {
  if (text.trim() === '') throw field.invalid('must not be empty');
  if ([...text].length > NAME_LENGTH_MAX) {
    throw field.invalid(`is longer than ${NAME_LENGTH_MAX} characters`);
  }
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) throw field.invalid('contains unprintable characters');
  return text;
}

/** Names of tables and columns compare as SQL's do. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
