import { basename } from 'node:path';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { type Duck, ident } from './duckdb.ts';
import { invalidSource, type SourceFile, sameName } from './file.ts';

/** DuckDB's table of a query's rows. */
const ROWS = 'query_rows';

/** What a query calls a file: its name up to the first point. */
export function queryName(source: string): string {
  return basename(source).replace(/(?<=.)\..*$/, '');
}

/**
 * Runs an owner's SELECT over files; its rows are a source. SOURCE_INVALID with DuckDB's own message about the text of the
 * query, and without it about values.
 */
export async function openQuery(
  duck: Duck,
  files: readonly SourceFile[],
  query: string,
): Promise<SourceFile> {
  const names: string[] = [];
  for (const file of files) {
    const name = queryName(file.source);
    if (names.some((other) => sameName(other, name))) {
      throw invalidSource(file.source, `two files are called ${name} in --query`);
    }
    names.push(name);
    if (file.columns.length === 0) throw invalidSource(file.source, 'it names no columns to query');
    await requireWellFormed(duck, file);
    const rows = file.selectStrictly?.(file.columns) ?? file.select(file.columns);
    await duck.run(`CREATE VIEW ${ident(name)} AS ${rows}`, `${file.source}: naming it ${name}`);
  }
  const text = query.replace(/[\s;]+$/, '');
  const columns = await duck.describe(text, '--query');
  // On one thread a query gives its rows in the same order each time, so that an upload can go on.
  await duck.run('SET threads = 1', '--query');
  try {
    await duck.run(`CREATE TABLE ${ROWS} AS SELECT * FROM (\n${text}\n)`, '--query');
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    throw new TacitError(error.code, `${error.message} while it runs; look at casts of values`);
  }
  return tableSource('--query', ROWS, columns);
}

/** A malformed row is named with its place; in the middle of a query only DuckDB would know it. */
async function requireWellFormed(duck: Duck, file: SourceFile): Promise<void> {
  const doing = `${file.source}: reading its rows`;
  try {
    await duck.row(`SELECT count(*) FROM (${file.select(file.columns)})`, doing);
  } catch (error) {
    throw error instanceof TacitError ? await file.explain(error) : error;
  }
  await file.verify();
}

/** A source whose rows are in a DuckDB table with these columns already. */
export function tableSource(
  source: string,
  table: string,
  columns: SourceFile['columns'],
): SourceFile {
  return {
    owner: '',
    source,
    columns,
    isTyped: true,
    select: (wanted) => `SELECT ${wanted.map(({ name }) => ident(name)).join(', ')} FROM ${table}`,
    verify: async () => undefined,
    explain: async (error) => error,
  };
}
