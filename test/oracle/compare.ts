import type { OracleAnswer, OracleCell } from './duckdb.ts';

/** A cell as any of our own layers may deliver it. */
export type Cell = bigint | string | number | boolean | null;

const RELATIVE_ERROR_MAX = 1e-9;
/** What DuckDB's sums of doubles leave where the exact sum is 0, and what is left of quotients that were cut off before they were added. */
const DUST = 1e-12;
const CUT_DUST = 1e-9;

/**
 * Compares rows as multisets, or one by one if they are `ordered`; undefined if they are equal, else what differs first.
 * Integers and decimals are compared exactly whether they come as text, number or bigint; doubles to 1e-9.
 */
export function difference(
  expected: OracleAnswer,
  actual: readonly (readonly Cell[])[],
  ordered = false,
): string | undefined {
  if (expected.rows.length !== actual.length) {
    return `${actual.length} rows instead of ${expected.rows.length}`;
  }
  const types = expected.columns.map((column) => column.type);
  const wanted = ordered ? expected.rows : sorted(expected.rows, types);
  const found = ordered ? actual : sorted(actual, types);
  for (let row = 0; row < wanted.length; row++) {
    const [want, have] = [wanted[row] ?? [], found[row] ?? []];
    if (want.length !== have.length) return `${have.length} columns instead of ${want.length}`;
    for (let column = 0; column < want.length; column++) {
      const [w, h] = [want[column] ?? null, have[column] ?? null];
      if (!sameCell(w, h, types[column] ?? '')) {
        const name = expected.columns[column]?.name;
        return `row ${row}, column ${name} (${types[column]}): ${String(h)} instead of ${String(w)}`;
      }
    }
  }
  return undefined;
}

function sameCell(want: OracleCell, have: Cell, type: string): boolean {
  if (want === null || have === null) return want === have;
  if (type !== 'DOUBLE') return canonicalText(want, type) === canonicalText(have, type);
  const [a, b] = [Number(want), Number(have)];
  if (a === b || (Math.abs(a) < DUST && Math.abs(b) < CUT_DUST)) return true;
  return Math.abs(a - b) <= RELATIVE_ERROR_MAX * Math.max(Math.abs(a), Math.abs(b));
}

/** One spelling per value; decimals lose nothing, as they are never numbers with more than 15 digits. */
function canonicalText(cell: Cell, type: string): string {
  if (cell === null) return 'NULL';
  if (type === 'DOUBLE') return Number(cell).toPrecision(9);
  if (type === 'BOOLEAN') return String(cell);
  const text = String(cell);
  if (!/INT|DECIMAL/.test(type)) return text;
  const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return trimmed === '-0' || trimmed === '' ? '0' : trimmed;
}

/** Rows in an order that does not depend on the last digits of a double. */
function sorted<C extends Cell>(
  rows: readonly (readonly C[])[],
  types: readonly string[],
): (readonly C[])[] {
  const keyOf = (row: readonly C[]) => {
    const exact = row.map((cell, k) =>
      types[k] === 'DOUBLE' ? '' : canonicalText(cell, types[k] ?? ''),
    );
    const inexact = row.map((cell, k) =>
      types[k] === 'DOUBLE' ? canonicalText(cell, 'DOUBLE') : '',
    );
    return JSON.stringify([exact, inexact]);
  };
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}
