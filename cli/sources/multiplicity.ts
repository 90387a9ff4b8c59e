import type { Duck } from './duckdb.ts';
import type { LoadedTable } from './load.ts';

/** Largest number of rows that agree on all columns, rounded up to a power of two; no NULLs. */
export async function multiplicity(
  duck: Duck,
  table: LoadedTable,
  columns: readonly string[],
  what: string,
): Promise<number> {
  const present = columns.map((sql) => `(${sql}) IS NOT NULL`).join(' AND ');
  const groups = `SELECT count(*) n FROM ${table.all} WHERE ${present} GROUP BY ${columns.join(', ')}`;
  const doing = `${what}: counting equal values`;
  const [most] = await duck.row(`SELECT max(n) FROM (${groups})`, doing);
  return 2 ** Math.ceil(Math.log2(Math.max(1, Number(most ?? 1))));
}
