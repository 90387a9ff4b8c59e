import type { TableDefinition } from '../../src/catalog/table.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ColumnBlock } from '../../src/sharing/upload.ts';
import type { KeyConfig, TableConfig } from '../config.ts';
import { decideColumn, multiplicity, type PublishedColumn } from './column.ts';
import { describePublished } from './describe.ts';
import { Duck } from './duckdb.ts';
import { sameName } from './file.ts';
import { dropTable, type LoadedTable, loadTable } from './load.ts';
import { readBlocks } from './read-blocks.ts';

/** One file of one owner, ready to be published. */
export interface SourcePart {
  readonly owner: string;
  readonly rows: number;
  /** The file as CONFIG names it. */
  readonly file: string;
  /** Blocks of BLOCK_ROWS rows, one entry per column of the definition. */
  blocks(): AsyncIterable<readonly ColumnBlock[]>;
}

/** A table read from its owners' files; fits `publishTable`. */
export interface TableSource {
  readonly definition: TableDefinition;
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
   * Parses the files of one table and infers what its owners would declare. Rejects with
   * SOURCE_INVALID, VALUE_OUT_OF_BOUNDS or CONFIG_INVALID; messages name file, row and column, never
   * a value.
   */
  async read(config: TableConfig): Promise<TableSource> {
    const duck = this.#duck;
    const prefix = `t${this.#tables++}`;
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
    const selected = published.map(({ sql, definition: { nullable } }) => ({ sql, nullable }));
    return {
      definition,
      parts: loaded.parts.map((part) => ({
        owner: part.owner,
        rows: part.rows,
        file: part.source,
        blocks: () => readBlocks(duck, part, selected),
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
