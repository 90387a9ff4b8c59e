import type { Work } from './primitive-party.ts';
import { clearPlane } from './synthetic-store.ts';

/**
 * What the checked form of a primitive must reveal over the synthetic shares: how many rows have the result bit set, or
 * the sum of the products.
 */
export function expectedValue(work: Work): bigint {
  if (work.kind === 'multiply') return sumOfProducts(work.rows);
  // Every row is at its place behind the one before.
  if (work.kind === 'sort') return BigInt(work.rows);
  const bit = work.kind === 'compare' ? lessThan(work.rows, work.width) : conjunction(work.rows);
  let count = 0n;
  for (let row = 0; row < work.rows; row++) if (bit(row)) count++;
  return count;
}

type RowBit = (row: number) => boolean;

function planeBit(column: number, plane: number, rows: number): RowBit {
  const bytes = clearPlane(column, plane, rows);
  return (row) => (((bytes[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

function lessThan(rows: number, width: number): RowBit {
  const planes = Array.from({ length: width }, (_, k) => width - 1 - k).map(
    (plane) => [planeBit(0, plane, rows), planeBit(1, plane, rows)] as const,
  );
  // From the most significant bit down, the first difference decides.
  return (row) => planes.find(([x, y]) => x(row) !== y(row))?.[1](row) ?? false;
}

function conjunction(rows: number): RowBit {
  const columns = [0, 1, 2].map((column) => planeBit(column, 0, rows));
  return (row) => columns.every((bit) => bit(row));
}

/** Column c of row r holds (r within its block) mod 1000 + c. */
function sumOfProducts(rows: number): bigint {
  let sum = 0n;
  for (let row = 0; row < rows; row++) {
    const value = (row % 65536) % 1000;
    sum += BigInt(value * (value + 1));
  }
  return sum;
}
