import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { type Duck, ident } from '../sources/duckdb.ts';
import { invalidSource, type SourceFile } from '../sources/file.ts';
import { openFile } from '../sources/open-file.ts';
import { openPostgres } from '../sources/postgres.ts';
import { isPostgresUrl } from '../sources/postgres-address.ts';
import { openQuery } from '../sources/query.ts';

/**
 * Opens what `tacit publish` is given: files, or one Postgres server, with a query over them or without. Without one,
 * Postgres gives its table of the same name in lower case.
 */
export async function openSources(
  duck: Duck,
  sources: readonly string[],
  query: string | undefined,
  { owner, table }: { readonly owner: string; readonly table: string },
): Promise<readonly SourceFile[]> {
  const [first, ...others] = sources;
  if (first !== undefined && sources.some(isPostgresUrl)) {
    if (others.length > 0) {
      throw new TacitError('CONFIG_INVALID', 'a postgres URL is the only source of a publication');
    }
    return [
      await openPostgres(duck, first, query ?? `SELECT * FROM ${ident(table.toLowerCase())}`),
    ];
  }
  const files: SourceFile[] = [];
  for (const source of sources) {
    const path = resolve(source);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
      throw invalidSource(source, 'there is no such file');
    }
    files.push(await openFile(duck, { owner, path, source }, query === undefined ? 20_480 : -1));
  }
  return query === undefined ? files : [await openQuery(duck, files, query)];
}
