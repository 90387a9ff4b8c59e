import { TacitError } from '../../src/errors/tacit-error.ts';
import type { TableConfig } from '../config.ts';
import type { Duck } from './duckdb.ts';
import type { SourceFile } from './file.ts';
import { openFile } from './open-file.ts';
import { spellingIn, type UnionColumn, unifyColumns } from './unify.ts';

/** One file's rows as a DuckDB table; its columns are c0, c1, ... in the order of the union. */
export interface LoadedPart {
  readonly owner: string;
  readonly source: string;
  readonly table: string;
  readonly rows: number;
}

/** A table's files inside DuckDB, parsed once. */
export interface LoadedTable {
  readonly name: string;
  readonly columns: readonly UnionColumn[];
  readonly parts: readonly LoadedPart[];
  /** SQL that is the union of all parts, for use after FROM. */
  readonly all: string;
}

/** SQL name of a column inside part tables: no spelling of any file can interfere. */
export function columnSql(index: number): string {
  return `c${index}`;
}

/** Parses all files of a table into DuckDB; SOURCE_INVALID with file and row if one is malformed. */
export async function loadTable(
  duck: Duck,
  config: TableConfig,
  prefix: string,
): Promise<LoadedTable> {
  const files: SourceFile[] = [];
  for (const source of config.sources) files.push(await openFile(duck, source, -1));
  const columns = await unifyColumns(duck, config, files);
  const parts: LoadedPart[] = [];
  for (const [index, file] of files.entries()) {
    parts.push(await loadFile(duck, file, columns, `${prefix}_part${index}`));
  }
  const all = parts.map((part) => `SELECT * FROM ${part.table}`).join(' UNION ALL ');
  return { name: config.name, columns, parts, all: `(${all})` };
}

/** Frees what `loadTable` holds. */
export async function dropTable(duck: Duck, table: LoadedTable): Promise<void> {
  const drops = table.parts.map((part) => `DROP TABLE ${part.table}`);
  await duck.run(drops.join('; '), `${table.name}: dropping the loaded rows`);
}

/** The first row, in the order of files, for which a condition over c0, c1, ... holds. */
export async function findRow(
  duck: Duck,
  table: LoadedTable,
  condition: string,
  doing: string,
): Promise<{ readonly source: string; readonly row: number } | undefined> {
  for (const { source, table: part } of table.parts) {
    const [row] = await duck.row(`SELECT min(rowid) FROM ${part} WHERE ${condition}`, doing);
    if (typeof row === 'bigint') return { source, row: Number(row) + 1 };
  }
  return undefined;
}

async function loadFile(
  duck: Duck,
  file: SourceFile,
  columns: readonly UnionColumn[],
  table: string,
): Promise<LoadedPart> {
  const { owner, source } = file;
  const names = columns.map((_, k) => columnSql(k)).join(', ');
  const doing = `${source}: reading its rows`;
  if (file.columns.length === 0) {
    const types = columns.map(({ loadedAs }, k) => `${columnSql(k)} ${loadedAs}`).join(', ');
    await duck.run(`CREATE TABLE ${table} (${types})`, doing);
    return { owner, source, table, rows: 0 };
  }
  const wanted = columns.map(({ name, loadedAs }) => ({
    name: spellingIn(file, name),
    type: loadedAs,
  }));
  try {
    await duck.run(
      `CREATE TABLE ${table} AS SELECT * FROM (${file.select(wanted)}) t(${names})`,
      doing,
    );
  } catch (error) {
    throw error instanceof TacitError ? await file.explain(error) : error;
  }
  await file.verify();
  const [rows] = await duck.row(`SELECT count(*) FROM ${table}`, doing);
  return { owner, source, table, rows: Number(rows) };
}
