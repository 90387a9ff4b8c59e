import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../cli/config.ts';
import { SourceReader, type TableSource } from '../../cli/sources/table-source.ts';
import type { ColumnDefinition } from '../../src/catalog/table.ts';
import { blockLength, type ColumnBlock } from '../../src/sharing/upload.ts';

/** A temporary folder with the given files; it is removed when the test ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Reads the one table of a configuration that lies next to the given files. */
export async function readTable(
  files: Readonly<Record<string, string | Uint8Array>>,
  tables: string,
): Promise<TableSource> {
  const folder = folderWith({ ...files, 'run.yaml': `tables:\n${tables}` });
  return readFolder(folder);
}

export async function readFolder(folder: string): Promise<TableSource> {
  const reader = await SourceReader.open();
  onTestFinished(() => reader.close());
  const [table] = loadConfig(join(folder, 'run.yaml')).tables;
  if (!table) throw new Error('the configuration names a table');
  return reader.read(table);
}

/** One table `t` whose only source is `file`. */
export function single(file: string, settings = ''): string {
  return `  t:\n    - { owner: me, source: ${JSON.stringify(file)}${settings} }\n`;
}

export function columnOf(table: TableSource, name: string): ColumnDefinition {
  const column = table.definition.columns.find((other) => other.name === name);
  if (!column) throw new Error(`no column ${name}`);
  return column;
}

/** A stored integer, secret text, or NULL. */
export type Value = bigint | string | null;

/** The values of one column of a block. */
export function valuesOf(block: ColumnBlock): Value[] {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return Array.from({ length: blockLength(block) }, (_, row) => {
    if (block.nulls?.[row]) return null;
    if ('values' in block) return block.values[row] ?? null;
    return decoder.decode(block.text.subarray(block.offsets[row], block.offsets[row + 1]));
  });
}

/** All encoded values of all parts by column name. */
export async function allValues(table: TableSource): Promise<Record<string, Value[]>> {
  const out: Record<string, Value[]> = {};
  for (const { name } of table.definition.columns) out[name] = [];
  for (const part of table.parts) {
    for await (const block of part.blocks()) {
      block.forEach((values, column) => {
        const { name } = table.definition.columns[column] ?? { name: '' };
        out[name]?.push(...valuesOf(values));
      });
    }
  }
  return out;
}

/** Runs statements in a DuckDB of its own, e.g. to write a Parquet file. */
export async function duck(run: (connection: DuckDBConnection) => Promise<unknown>): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await run(connection);
  connection.closeSync();
  instance.closeSync();
}
