import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readDefinitionFile } from '../../cli/define/definition-file.ts';
import { openSources } from '../../cli/publish/open-sources.ts';
import { DeclaredTable } from '../../cli/sources/declared-table.ts';
import { Duck } from '../../cli/sources/duckdb.ts';
import { folderWith, type Value, valuesOf } from '../sources/fixture.ts';

/** What would be published. */
export interface ReadRows {
  readonly rows: number;
  /** By column. */
  readonly values: Record<string, Value[]>;
  /** Columns of the first source that the definition does not have. */
  readonly unpublished: readonly string[];
}

/** A definition of one table `t` with these columns. */
export function definitionOf(columns: Readonly<Record<string, string>>): string {
  const lines = Object.entries(columns).map(([name, settings]) => `  ${name}: { ${settings} }`);
  return `table: t\nowners: [me]\ncolumns:\n${lines.join('\n')}\n`;
}

/** Reads sources as `tacit publish` does, up to where shares are made. */
export async function readRows(
  definition: string,
  sources: readonly string[],
  query?: string,
): Promise<ReadRows> {
  const path = join(folderWith({ 'd.yaml': definition }), 'd.yaml');
  const { table } = readDefinitionFile(path);
  const duck = await Duck.open();
  onTestFinished(() => duck.close());
  const files = await openSources(duck, sources, query, { owner: 'me', table: table.name });
  const declared = await DeclaredTable.create(duck, table, 'd');
  const { blocks, rows } = await declared.check(files);
  const values: Record<string, Value[]> = {};
  // Twice: whoever resumes an upload reads again.
  for (let times = 0; times < 2; times++) {
    for (const { name } of table.columns) values[name] = [];
    for await (const block of blocks()) {
      block.forEach((column, k) => {
        for (const value of valuesOf(column)) values[table.columns[k]?.name ?? '']?.push(value);
      });
    }
  }
  const unpublished = files[0] ? declared.unpublished(files[0]) : [];
  return { rows, values, unpublished };
}

/** Writes a file into a folder of its own; its path. */
export function fileWith(name: string, content: string | Uint8Array): string {
  const path = join(folderWith({}), name);
  writeFileSync(path, content);
  return path;
}
