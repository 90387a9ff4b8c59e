import type { DuckDBDataChunk } from '@duckdb/node-api';
import { invariant } from '../../src/errors/tacit-error.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import type { NumberBlock } from '../../src/sharing/upload.ts';
import type { Duck } from './duckdb.ts';

/** SQL of one column's stored integer, and whether it may be NULL. */
export interface BlockColumn {
  readonly sql: string;
  readonly nullable: boolean;
}

/**
 * Streams a loaded part in blocks of BLOCK_ROWS rows (the last one shorter), one entry per column. DuckDB
 * encodes; its column vectors are copied as typed arrays, so nothing is done per row here and
 * memory holds one block.
 */
export async function* readBlocks(
  duck: Duck,
  part: { readonly table: string; readonly rows: number },
  columns: readonly BlockColumn[],
): AsyncGenerator<readonly NumberBlock[]> {
  if (part.rows === 0 || columns.length === 0) return;
  const selected = columns.flatMap(({ sql, nullable }) =>
    nullable
      ? [`coalesce(${sql}, 0::BIGINT)`, `CAST((${sql}) IS NULL AS UTINYINT)`]
      : [`CAST(${sql} AS BIGINT)`],
  );
  const result = await duck.stream(
    `SELECT ${selected.join(', ')} FROM ${part.table}`,
    `reading ${part.rows} rows for publication`,
  );
  let done = 0;
  let block = emptyBlock(columns, part.rows);
  let filled = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    const vectors = chunkVectors(chunk, columns);
    for (let from = 0; from < chunk.rowCount; ) {
      const count = Math.min(chunk.rowCount - from, blockLength(block) - filled);
      copyRows(vectors, block, from, filled, count);
      from += count;
      filled += count;
      if (filled < blockLength(block)) continue;
      yield block;
      done += filled;
      filled = 0;
      block = emptyBlock(columns, part.rows - done);
    }
  }
  invariant(done === part.rows && filled === 0, 'a part has as many rows as were counted');
}

interface Vectors {
  readonly values: BigInt64Array;
  readonly nulls: Uint8Array | undefined;
}

function emptyBlock(columns: readonly BlockColumn[], rowsLeft: number): NumberBlock[] {
  const rows = Math.min(BLOCK_ROWS, rowsLeft);
  return columns.map(({ nullable }) => ({
    values: new BigInt64Array(rows),
    ...(nullable ? { nulls: new Uint8Array(rows) } : {}),
  }));
}

function blockLength(block: readonly NumberBlock[]): number {
  return block[0]?.values.length ?? 0;
}

function chunkVectors(chunk: DuckDBDataChunk, columns: readonly BlockColumn[]): Vectors[] {
  let at = 0;
  return columns.map(({ nullable }) => ({
    values: items(chunk, at++, BigInt64Array),
    nulls: nullable ? items(chunk, at++, Uint8Array) : undefined,
  }));
}

/** The typed array behind a column vector: its class has one, though its declaration hides it. */
function items<T extends BigInt64Array | Uint8Array>(
  chunk: DuckDBDataChunk,
  column: number,
  type: abstract new (...parameters: never[]) => T,
): T {
  const vector = chunk.getColumnVector(column) as unknown as { readonly items: unknown };
  invariant(vector.items instanceof type, 'DuckDB vectors of BIGINT and UTINYINT are typed arrays');
  return vector.items;
}

function copyRows(
  from: readonly Vectors[],
  to: readonly NumberBlock[],
  source: number,
  target: number,
  count: number,
): void {
  from.forEach(({ values, nulls }, column) => {
    to[column]?.values.set(values.subarray(source, source + count), target);
    if (nulls) to[column]?.nulls?.set(nulls.subarray(source, source + count), target);
  });
}
