import type { TableDefinition } from '../../src/catalog/table.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ColumnBlock } from '../../src/sharing/upload.ts';
import type { KeyConfig, SourceConfig, TableConfig } from '../config.ts';
import { decideColumn } from './column.ts';
import { DeclaredTable } from './declared-table.ts';
import { describePublished } from './describe.ts';
import { Duck } from './duckdb.ts';
import { sameName } from './file.ts';
import { dropTable, type LoadedTable, loadTable } from './load.ts';
import { multiplicity } from './multiplicity.ts';
import { openFile } from './open-file.ts';
import { readBlocks } from './read-blocks.ts';
import type { PublishedColumn } from './secret-text.ts';

/** One file of one owner, ready to be published. */
export interface SourcePart {
  readonly owner: string;
  readonly rows: number;
  /** The file as CONFIG names it. */
  readonly file: string;
  /** Blocks of BLOCK_ROWS rows, one entry per column of the definition. */
  blocks(): AsyncIterable<readonly ColumnBlock[]>;
}

/** A table read from its owners' files. */
export interface TableSource {
  readonly definition: TableDefinition;
  /** Somebody wrote the definition; it was not inferred. */
  readonly isDeclared: boolean;
  readonly parts: readonly SourcePart[];
  /** What becomes public by publishing, in plain words. */
  readonly published: readonly string[];
  /** What is not published, or was changed, and why. */
  readonly warnings: readonly string[];
  /** Frees the rows. */
  close(): Promise<void>;
}

/** Reads source files with an embedded DuckDB, which is started by `open` and ended by `close`. */
export class SourceReader {
  readonly #duck: Duck;
  #tables = 0;

  private constructor(duck: Duck) {
    this.#duck = duck;
  }

  static async open(): Promise<SourceReader> {
    return new SourceReader(await Duck.open());
  }

  /**
   * Parses the files of one table and infers what its owners would declare, unless there is a definition. Rejects with
   * SOURCE_INVALID, VALUE_OUT_OF_BOUNDS or CONFIG_INVALID; messages name file, row and column, never
   * a value.
   */
  async read(config: TableConfig): Promise<TableSource> {
    const duck = this.#duck;
    const prefix = `t${this.#tables++}`;
    if (config.definition) {
      return readDeclared(duck, config.definition.table, config.sources, prefix);
    }
    const loaded = await loadTable(duck, config, prefix);
    const columns = new Map<number, PublishedColumn>();
    const warnings: string[] = [];
    for (let index = 0; index < loaded.columns.length; index++) {
      const decision = await decideColumn(duck, loaded, index, `${prefix}_dictionary${index}`);
      if (decision.published) columns.set(index, decision.published);
      if (decision.warning) warnings.push(decision.warning);
    }
    if (columns.size === 0) {
      throw new TacitError(
        'SOURCE_INVALID',
        `table ${config.name}: no column can be published; ${warnings.join('; ')}`,
      );
    }
    const keys = [];
    for (const key of config.keys) {
      const decided = await decideKey(duck, loaded, columns, key);
      if (typeof decided === 'string') warnings.push(decided);
      else keys.push(decided);
    }
    const published = [...columns.values()];
    const definition: TableDefinition = {
      name: config.name,
      columns: published.map((column) => column.definition),
      keys,
    };
    const stored = published.map(({ sql }) => sql);
    return {
      definition,
      isDeclared: false,
      parts: loaded.parts.map((part) => ({
        owner: part.owner,
        rows: part.rows,
        file: part.source,
        blocks: () => {
          const { rows, source, table: from } = part;
          return readBlocks(duck, [{ from, rows, source, columns: stored }], definition.columns);
        },
      })),
      published: describePublished(definition, loaded.parts),
      warnings,
      close: () => dropTable(duck, loaded),
    };
  }

  async close(): Promise<void> {
    await this.#duck.close();
  }
}

/** Files of which a definition says how they are stored. */
async function readDeclared(
  duck: Duck,
  definition: TableDefinition,
  sources: readonly SourceConfig[],
  prefix: string,
): Promise<TableSource> {
  const table = await DeclaredTable.create(duck, definition, prefix);
  const parts: SourcePart[] = [];
  const warnings: string[] = [];
  for (const config of sources) {
    const file = await openFile(duck, config, -1);
    const { owner, source } = file;
    for (const name of table.unpublished(file)) {
      warnings.push(`${source}: column ${name} is not in the definition, so it is not published`);
    }
    parts.push({ owner, file: source, ...(await table.check([file])) });
  }
  return {
    definition,
    isDeclared: true,
    parts,
    published: describePublished(definition, parts),
    warnings,
    close: () => table.close(),
  };
}

async function decideKey(
  duck: Duck,
  table: LoadedTable,
  columns: ReadonlyMap<number, PublishedColumn>,
  key: KeyConfig,
): Promise<TableDefinition['keys'][number] | string> {
  const found: PublishedColumn[] = [];
  for (const name of key.columns) {
    const index = table.columns.findIndex((column) => sameName(column.name, name));
    if (index < 0) {
      throw new TacitError('CONFIG_INVALID', `${key.where}: the files have no column ${name}`);
    }
    const column = columns.get(index);
    if (!column) return `the key of ${table.name} is ignored: column ${name} is not published`;
    found.push(column);
  }
  const sql = found.map((column) => column.sql);
  return {
    columns: found.map((column) => column.definition.name),
    multiplicity: await multiplicity(duck, table, sql, `${table.name}, its key`),
  };
}
