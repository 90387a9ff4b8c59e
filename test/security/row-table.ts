import type { ColumnDefinition } from '../../src/catalog/table.ts';
import type { TestTable } from '../oracle/tables.ts';

/** One row of {@link rowTable}; null is NULL. */
export interface ShownRow {
  /** Different in every row. */
  readonly id: number;
  readonly k: number | null;
  readonly x: number | null;
  readonly word: 'AK' | 'NE' | 'NY' | null;
}

const INTEGER = { kind: 'integer', name: 'INTEGER' } as const;
const shown = { reveal: 'rows', nullable: true } as const;

/** `k` has too many possible values to list as groups. */
const COLUMNS: readonly ColumnDefinition[] = [
  {
    ...{ name: 'id', type: INTEGER, bounds: { min: 0n, max: 4095n }, multiplicity: 1 },
    ...{ ...shown, nullable: false },
  },
  { name: 'k', type: INTEGER, bounds: { min: 0n, max: 4095n }, ...shown },
  { name: 'x', type: INTEGER, bounds: { min: -8n, max: 7n }, ...shown },
  {
    ...{ name: 'word', type: { kind: 'varchar' }, bounds: { min: 0n, max: 2n } },
    ...{ ...shown, dictionary: ['AK', 'NE', 'NY'] },
  },
];

/**
 * A small table whose rows may be shown. Its declaration is the same whatever it contains: `owners` lists the number of rows of each
 * owner, `row` makes the n-th row.
 */
export function rowTable(
  name: string,
  owners: readonly number[],
  row: (n: number) => ShownRow,
): TestTable {
  let from = 0;
  const parts = owners.map((rows, owner) => {
    const start = from;
    from += rows;
    const content = Array.from({ length: rows }, (_, n) => row(start + n));
    const columns = COLUMNS.map(({ name: column, dictionary, nullable }) => {
      const cells = content.map((values) => values[column as keyof ShownRow]);
      const values = BigInt64Array.from(cells, (cell) =>
        BigInt(typeof cell === 'string' ? (dictionary?.indexOf(cell) ?? 0) : (cell ?? 0)),
      );
      const nulls = Uint8Array.from(cells, (cell) => (cell === null ? 1 : 0));
      return nullable ? { values, nulls } : { values };
    });
    return { owner: `owner ${owner}`, rows, columns };
  });
  return { definition: { name, columns: COLUMNS, keys: [] }, parts };
}
