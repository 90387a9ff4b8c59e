import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ColumnConfig, TableConfig } from '../config.ts';
import { type Duck, ident } from './duckdb.ts';
import { invalidSource, type SourceFile, sameName } from './file.ts';

/** A column of the union of a table's files. */
export interface UnionColumn {
  /** As the first file spells it. */
  readonly name: string;
  /** Common supertype of what the files hold, by DuckDB's name. */
  readonly type: string;
  /** Type in which values are loaded: text where a later cast must see every digit. */
  readonly loadedAs: string;
  readonly config: ColumnConfig | undefined;
}

/** Types that say nothing about a column which holds only NULLs. */
const UNKNOWN = new Set(['VARCHAR', 'JSON', '"NULL"']);
const NUMERIC = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(.*\)|DOUBLE|FLOAT)$/;
const CALENDAR = /^(DATE|TIMESTAMP(_S|_MS|_NS)?)$/;
const BINARY_FLOAT = /^(DOUBLE|FLOAT)$/;

/**
 * The columns that all files of a table share. SOURCE_INVALID names a column that a file lacks or has
 * in addition, CONFIG_INVALID one that CONFIG describes and no file has.
 */
export async function unifyColumns(
  duck: Duck,
  table: TableConfig,
  files: readonly SourceFile[],
): Promise<UnionColumn[]> {
  const [first, ...others] = files.filter((file) => file.columns.length > 0);
  if (!first) {
    throw invalidSource(files[0]?.source ?? table.name, 'there is no row to tell the columns from');
  }
  for (const other of others) sameColumns(first, other);
  for (const { name, where } of table.columns) {
    if (!hasColumn(first, name)) {
      throw new TacitError('CONFIG_INVALID', `${where}: the files have no column ${name}`);
    }
  }
  const columns: UnionColumn[] = [];
  for (const { name } of first.columns) {
    const config = table.columns.find((column) => sameName(column.name, name));
    const type = await supertype(duck, name, [first, ...others]);
    columns.push({ name, type, loadedAs: loadedAs(type, config), config });
  }
  return columns;
}

/** The file's own spelling of a column. */
export function spellingIn(file: SourceFile, name: string): string {
  return file.columns.find((column) => sameName(column.name, name))?.name ?? name;
}

function hasColumn(file: SourceFile, name: string): boolean {
  return file.columns.some((column) => sameName(column.name, name));
}

function sameColumns(first: SourceFile, other: SourceFile): void {
  for (const { name } of first.columns) {
    if (!hasColumn(other, name)) {
      throw invalidSource(other.source, `column ${name} of ${first.source} is missing`);
    }
  }
  for (const { name } of other.columns) {
    if (!hasColumn(first, name)) {
      throw invalidSource(other.source, `column ${name} is not in ${first.source}`);
    }
  }
}

async function supertype(duck: Duck, name: string, files: readonly SourceFile[]): Promise<string> {
  let types = await knownTypes(duck, name, files);
  if (types.length <= 1) return types[0] ?? 'VARCHAR';
  // Text loses nothing; DuckDB's union would turn a number into a date, or a truth value into 0/1.
  const isOneFamily = [NUMERIC, CALENDAR].some((family) =>
    types.every((type) => family.test(type)),
  );
  if (!isOneFamily) return 'VARCHAR';
  types = types.map((type) => `SELECT CAST(NULL AS ${type}) x`);
  const union = `SELECT typeof(x) FROM (${types.join(' UNION ALL ')}) LIMIT 1`;
  const [type] = await duck.row(union, `column ${name}: finding a common type`);
  return String(type);
}

/** The different types of a column, leaving out files in which it holds only NULLs. */
async function knownTypes(
  duck: Duck,
  name: string,
  files: readonly SourceFile[],
): Promise<string[]> {
  const types = new Set<string>();
  const undecided: { file: SourceFile; column: string; type: string }[] = [];
  for (const file of files) {
    const column = spellingIn(file, name);
    const type = file.columns.find((other) => other.name === column)?.type ?? 'VARCHAR';
    if (UNKNOWN.has(type)) undecided.push({ file, column, type });
    else types.add(type.startsWith('ENUM(') ? 'VARCHAR' : type);
  }
  for (const { file, column, type } of undecided) {
    if (types.size > 0 && (await isAllNull(duck, file, column))) continue;
    types.add(type === 'JSON' && !(await isAllNull(duck, file, column)) ? 'JSON' : 'VARCHAR');
  }
  return [...types];
}

async function isAllNull(duck: Duck, file: SourceFile, column: string): Promise<boolean> {
  const rows = file.select([{ name: column, type: 'VARCHAR' }]);
  const doing = `${file.source}: reading column ${column}`;
  const [count] = await duck.row(`SELECT count(${ident(column)}) FROM (${rows})`, doing);
  await file.verify();
  return count === 0n;
}

function loadedAs(type: string, config: ColumnConfig | undefined): string {
  if (type === 'JSON') return config?.type ? 'VARCHAR' : 'JSON';
  if (BINARY_FLOAT.test(type)) return 'VARCHAR';
  if (!config?.type) return type;
  const isCalendar = config.type.kind === 'date' || config.type.kind === 'timestamp';
  return isCalendar && CALENDAR.test(type) ? type : 'VARCHAR';
}
