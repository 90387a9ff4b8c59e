import { type AuditedTotal, auditedTotals } from '../../catalog/audited.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { blockLength, type ColumnBlock } from '../../sharing/upload.ts';

/** Adds up the audited totals of an owner's rows, block by block. */
export class PartTotals {
  readonly #totals: readonly AuditedTotal[];
  readonly #sums: bigint[];

  constructor(table: TableDefinition) {
    this.#totals = auditedTotals(table);
    this.#sums = this.#totals.map(() => 0n);
  }

  add(block: readonly ColumnBlock[]): void {
    for (const [k, { column, kind }] of this.#totals.entries()) {
      const values = block[column] as ColumnBlock;
      const more = kind === 'sum' ? sumOf(values) : BigInt(countOf(values));
      this.#sums[k] = (this.#sums[k] ?? 0n) + more;
    }
  }

  /** In the order of `auditedTotals`. */
  get totals(): readonly bigint[] {
    return this.#sums;
  }
}

function countOf(block: ColumnBlock): number {
  const { nulls } = block;
  const rows = blockLength(block);
  return nulls ? nulls.reduce((count, isNull) => count - isNull, rows) : rows;
}

/** No BigInt per row: sums of 32-bit halves of a block's at most 2^20 rows are exact doubles. */
function sumOf(block: ColumnBlock): bigint {
  if (!('values' in block)) return 0n;
  const { nulls, values } = block;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  let [low, high] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    if (nulls?.[row]) continue;
    low += (words[2 * row] as number) >>> 0;
    high += words[2 * row + 1] as number;
  }
  return BigInt(low) + (BigInt(high) << 32n);
}
