import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';
import { invariant } from '../../src/errors/tacit-error.ts';
import type { ColumnBlock } from '../../src/sharing/upload.ts';

/** What a column's block holds: BIGINTs, or text if `bytes` is given. */
export interface BlockForm {
  readonly nullable: boolean;
  /** Most UTF-8 bytes of a value. */
  readonly bytes?: number;
}

/** DuckDB keeps strings of up to 12 bytes inside the vector, so longer ones are read in pieces. */
const PIECE_BYTES = 12;
/** A string in a vector: its length in 4 bytes, then the piece. */
const STRING_BYTES = 16;
/** Room for text is made as it is needed: most values are shorter than declared. */
const TEXT_BYTES_FIRST = 65_536;

/** What DuckDB selects for one column: `sql` is its stored BIGINT, or its text. */
export function selected({ bytes, nullable }: BlockForm, sql: string): string[] {
  const isNull = nullable ? [`CAST((${sql}) IS NULL AS UTINYINT)`] : [];
  if (bytes === undefined) {
    return [nullable ? `coalesce(${sql}, 0::BIGINT)` : `CAST(${sql} AS BIGINT)`, ...isNull];
  }
  const blob = `encode(coalesce(${sql}, ''))`;
  const pieces = Array.from({ length: piecesOf(bytes) }, (_, k) => {
    return `${blob}[${k * PIECE_BYTES + 1}:${(k + 1) * PIECE_BYTES}]`;
  });
  return [...pieces, ...isNull];
}

/** Collects one column of a block from chunks of what `selected` says. */
export interface ColumnBuffer {
  /** Copies rows `from` to `from + count` of a chunk; `at` is the place of the column's first vector in it. */
  copy(chunk: DuckDBDataChunk, at: number, from: number, count: number): void;
  /** How many vectors the column has. */
  readonly vectors: number;
  /** The block; the buffer is not used any more. */
  take(): ColumnBlock;
}

export function columnBuffer(form: BlockForm, rows: number): ColumnBuffer {
  const nulls = form.nullable ? new Uint8Array(rows) : undefined;
  return form.bytes === undefined
    ? new NumberBuffer(rows, nulls)
    : new TextBuffer(rows, form.bytes, nulls);
}

class NumberBuffer implements ColumnBuffer {
  readonly vectors: number;
  readonly #values: BigInt64Array;
  readonly #nulls: Uint8Array | undefined;
  #rows = 0;

  constructor(rows: number, nulls: Uint8Array | undefined) {
    this.#values = new BigInt64Array(rows);
    this.#nulls = nulls;
    this.vectors = nulls ? 2 : 1;
  }

  copy(chunk: DuckDBDataChunk, at: number, from: number, count: number): void {
    const values = items(chunk.getColumnVector(at), BigInt64Array);
    this.#values.set(values.subarray(from, from + count), this.#rows);
    copyNulls(this.#nulls, chunk, at + 1, from, count, this.#rows);
    this.#rows += count;
  }

  take(): ColumnBlock {
    const nulls = this.#nulls;
    return { values: this.#values, ...(nulls ? { nulls } : {}) };
  }
}

class TextBuffer implements ColumnBuffer {
  readonly vectors: number;
  readonly #pieces: number;
  readonly #offsets: Uint32Array;
  readonly #nulls: Uint8Array | undefined;
  #text = new Uint8Array(TEXT_BYTES_FIRST);
  #rows = 0;

  constructor(rows: number, bytes: number, nulls: Uint8Array | undefined) {
    this.#pieces = piecesOf(bytes);
    this.#offsets = new Uint32Array(rows + 1);
    this.#nulls = nulls;
    this.vectors = this.#pieces + (nulls ? 1 : 0);
  }

  copy(chunk: DuckDBDataChunk, at: number, from: number, count: number): void {
    const strings = Array.from({ length: this.#pieces }, (_, k) =>
      stringsOf(chunk.getColumnVector(at + k)),
    );
    copyNulls(this.#nulls, chunk, at + this.#pieces, from, count, this.#rows);
    let end = this.#offsets[this.#rows] ?? 0;
    this.#reserve(end + count * this.#pieces * PIECE_BYTES);
    const text = this.#text;
    for (let row = from; row < from + count; row++) {
      const place = row * STRING_BYTES;
      for (const piece of strings) {
        const length = piece.getUint32(place, true);
        for (let k = 0; k < length; k++) text[end++] = piece.getUint8(place + 4 + k);
        if (length < PIECE_BYTES) break;
      }
      this.#offsets[++this.#rows] = end;
    }
  }

  take(): ColumnBlock {
    const offsets = this.#offsets;
    const nulls = this.#nulls;
    const text = this.#text.slice(0, offsets.at(-1) ?? 0);
    return { text, offsets, ...(nulls ? { nulls } : {}) };
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#text.length) return;
    const larger = new Uint8Array(Math.max(bytes, 2 * this.#text.length));
    larger.set(this.#text);
    this.#text = larger;
  }
}

function piecesOf(bytes: number): number {
  return Math.ceil(bytes / PIECE_BYTES);
}

function copyNulls(
  nulls: Uint8Array | undefined,
  chunk: DuckDBDataChunk,
  at: number,
  from: number,
  count: number,
  target: number,
): void {
  if (!nulls) return;
  nulls.set(items(chunk.getColumnVector(at), Uint8Array).subarray(from, from + count), target);
}

/** The typed array behind a column vector: its class has one, though its declaration hides it. */
function items<T extends BigInt64Array | Uint8Array>(
  vector: DuckDBVector,
  type: abstract new (...parameters: never[]) => T,
): T {
  const { items: found } = vector as unknown as { readonly items: unknown };
  invariant(found instanceof type, 'DuckDB vectors of BIGINT and UTINYINT are typed arrays');
  return found;
}

/** The strings behind a vector of BLOBs, likewise. */
function stringsOf(vector: DuckDBVector): DataView {
  const { dataView } = vector as unknown as { readonly dataView: unknown };
  invariant(dataView instanceof DataView, 'DuckDB vectors of BLOB have their bytes in a view');
  return dataView;
}
