import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  DuckDBAppender,
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
} from '@duckdb/node-api';
import { TacitError } from '../../src/errors/tacit-error.ts';

/** A cell as DuckDB's JavaScript conversion gives it. */
export type DuckCell = unknown;

/** Beyond this DuckDB spills to a temporary folder. */
const MEMORY_LIMIT = '2GB';

/**
 * One embedded DuckDB in memory. It reads local files only: extensions are neither installed nor
 * loaded on demand, so no source makes it open a network connection. What it spills is encrypted under a key that
 * exists in this process only, so a crash leaves no rows in the temporary folder.
 */
export class Duck {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #folder: string;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, folder: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#folder = folder;
  }

  /** Loads the native library (70 MB) on first use, so only commands that read files pay for it. */
  static async open(memoryLimit = MEMORY_LIMIT): Promise<Duck> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const folder = await mkdtemp(join(tmpdir(), 'tacit-duckdb-'));
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: memoryLimit,
      temp_directory: folder,
      temp_file_encryption: 'true',
    });
    return new Duck(instance, await instance.connect(), folder);
  }

  /** Runs a statement; SOURCE_INVALID saying what was tried (`doing`) and never what DuckDB quoted. */
  async run(sql: string, doing: string): Promise<void> {
    await guard(doing, () => this.#connection.run(sql));
  }

  async rows(sql: string, doing: string): Promise<DuckCell[][]> {
    return guard(doing, async () => (await this.#connection.runAndReadAll(sql)).getRowsJS());
  }

  async row(sql: string, doing: string): Promise<DuckCell[]> {
    return (await this.rows(sql, doing))[0] ?? [];
  }

  /** A result that is computed while it is read, so that memory holds a few chunks of it. */
  async *chunks(sql: string, doing: string): AsyncGenerator<DuckDBDataChunk> {
    const result = await guard(doing, () => this.#connection.stream(sql));
    for (;;) {
      const chunk = await guard(doing, () => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk;
    }
  }

  /**
   * Names and types of what somebody's query returns; no row is read for it. SOURCE_INVALID with DuckDB's own message,
   * which can quote the query and names, but no cell.
   */
  async describe(
    query: string,
    doing: string,
  ): Promise<readonly { readonly name: string; readonly type: string }[]> {
    try {
      const reader = await this.#connection.runAndReadAll(`DESCRIBE SELECT * FROM (\n${query}\n)`);
      return reader.getRowsJS().map(([name, type]) => ({ name: String(name), type: String(type) }));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new TacitError('SOURCE_INVALID', `${doing}: ${message.trim()}`);
    }
  }

  /** For filling a table with rows from outside. */
  async appender(table: string): Promise<DuckDBAppender> {
    return guard(table, () => this.#connection.createAppender(table));
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    await this.removeFiles();
  }

  /** Removes what was spilled; enough if the process ends now. */
  async removeFiles(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** DuckDB's message may quote cells, so only its class gets out, e.g. `Out of Memory Error`. */
function refused(doing: string, message: string): TacitError {
  const kind = /^[A-Z][A-Za-z ]{2,40} Error(?=:)/.exec(message)?.[0] ?? 'an error';
  return new TacitError('SOURCE_INVALID', `${doing}: DuckDB reports ${kind}`);
}

async function guard<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw refused(doing, error instanceof Error ? error.message : String(error));
  }
}

/** A quoted SQL identifier. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A quoted SQL string. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
