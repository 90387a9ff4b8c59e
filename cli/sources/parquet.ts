import type { SourceConfig } from '../config.ts';
import { type Duck, ident, literal } from './duckdb.ts';
import { type FileColumn, invalidSource, type SourceFile } from './file.ts';

/** A Parquet file; it declares its types itself. */
export async function openParquet(
  duck: Duck,
  { owner, path, source }: SourceConfig,
): Promise<SourceFile> {
  const from = `read_parquet(${literal(path)})`;
  let columns: FileColumn[];
  try {
    const rows = await duck.rows(`DESCRIBE SELECT * FROM ${from}`, source);
    columns = rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  } catch {
    throw invalidSource(source, 'the file is not Parquet, or damaged');
  }
  return {
    owner,
    source,
    columns,
    isTyped: true,
    select: (wanted) => {
      const casts = wanted.map(
        ({ name, type }) => `CAST(${ident(name)} AS ${type}) ${ident(name)}`,
      );
      return `SELECT ${casts.join(', ')} FROM ${from}`;
    },
    verify: async () => undefined,
    explain: async () => invalidSource(source, 'the file is damaged'),
  };
}
