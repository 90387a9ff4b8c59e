import type { DuckDBDataChunk } from '@duckdb/node-api';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import type { ColumnBlock } from '../../src/sharing/upload.ts';
import { type BlockForm, type ColumnBuffer, columnBuffer, selected } from './column-buffer.ts';
import type { Duck } from './duckdb.ts';
import { invalidSource } from './file.ts';

/** Rows that are published one after another. */
export interface BlockRelation {
  /** What messages show. */
  readonly source: string;
  /** What stands after FROM in SQL; reading it twice gives the same rows in the same order. */
  readonly from: string;
  readonly rows: number;
  /** SQL of each column's stored BIGINT, or of its text. */
  readonly columns: readonly string[];
  /** Called when reading has ended; throws if a row was malformed. */
  readonly verify?: () => Promise<void>;
}

/**
 * Streams relations as one part in blocks of BLOCK_ROWS rows (the last one shorter), one entry per column. DuckDB
 * encodes; its column vectors are copied as typed arrays, so nothing is done per row here and
 * memory holds one block. SOURCE_INVALID if a relation has not the announced rows any more.
 */
export async function* readBlocks(
  duck: Duck,
  relations: readonly BlockRelation[],
  forms: readonly BlockForm[],
): AsyncGenerator<readonly ColumnBlock[]> {
  let left = relations.reduce((sum, { rows }) => sum + rows, 0);
  let block = new BlockBuffer(forms, left);
  for (const relation of relations) {
    for await (const chunk of readChunks(duck, relation, forms)) {
      for (let at = 0; at < chunk.rowCount; ) {
        const count = Math.min(chunk.rowCount - at, block.free);
        block.copy(chunk, at, count);
        at += count;
        if (block.free > 0) continue;
        yield block.take();
        left -= block.rows;
        block = new BlockBuffer(forms, left);
      }
    }
  }
}

/** The rows of one relation, as many as were announced. */
async function* readChunks(
  duck: Duck,
  { columns, from, rows, source, verify }: BlockRelation,
  forms: readonly BlockForm[],
): AsyncGenerator<DuckDBDataChunk> {
  const changed = () => invalidSource(source, 'it changed while it was read; publish it again');
  const all = forms.flatMap((form, k) => selected(form, columns[k] ?? 'NULL'));
  let done = 0;
  let isRead = false;
  try {
    const sql = `SELECT ${all.join(', ')} FROM ${from}`;
    for await (const chunk of duck.chunks(sql, `${source}: reading its rows`)) {
      done += chunk.rowCount;
      if (done > rows) throw changed();
      yield chunk;
    }
    isRead = true;
    await verify?.();
    if (done < rows) throw changed();
  } finally {
    // Whoever stops early may read again, and then nothing of this reading may be left.
    if (!isRead) await verify?.().catch(() => undefined);
  }
}

/** One block that is being filled. */
class BlockBuffer {
  readonly rows: number;
  free: number;
  readonly #columns: readonly ColumnBuffer[];

  constructor(forms: readonly BlockForm[], rowsLeft: number) {
    this.rows = Math.min(BLOCK_ROWS, rowsLeft);
    this.free = this.rows;
    this.#columns = forms.map((form) => columnBuffer(form, this.rows));
  }

  copy(chunk: DuckDBDataChunk, from: number, count: number): void {
    let at = 0;
    for (const column of this.#columns) {
      column.copy(chunk, at, from, count);
      at += column.vectors;
    }
    this.free -= count;
  }

  take(): readonly ColumnBlock[] {
    return this.#columns.map((column) => column.take());
  }
}
