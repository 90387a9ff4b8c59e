import type { ColumnDefinition, TableDefinition } from '../../src/catalog/table.ts';
import type { TestTable } from '../oracle/tables.ts';

/** One row of {@link plainTable}; null is NULL. */
export interface PlainRow {
  readonly id: number;
  readonly a: number | null;
  readonly b: number | null;
  readonly c: bigint;
  readonly flag: boolean | null;
  readonly word: 'AK' | 'NE' | 'NY' | null;
}

const integer = (name: 'INTEGER' | 'BIGINT') => ({ kind: 'integer', name }) as const;

const COLUMNS: readonly ColumnDefinition[] = [
  column('id', { type: integer('INTEGER'), bounds: { min: 0n, max: 99_999n } }),
  column('a', { type: integer('INTEGER'), bounds: { min: 0n, max: 1000n }, nullable: true }),
  column('b', { type: integer('INTEGER'), bounds: { min: -500n, max: 500n }, nullable: true }),
  column('c', { type: integer('BIGINT'), bounds: { min: -(2n ** 45n), max: 2n ** 45n } }),
  column('flag', { type: { kind: 'boolean' }, bounds: { min: 0n, max: 1n }, nullable: true }),
  column('word', {
    type: { kind: 'varchar' },
    bounds: { min: 0n, max: 2n },
    nullable: true,
    dictionary: ['AK', 'NE', 'NY'],
  }),
];

function column(
  name: string,
  rest: Omit<ColumnDefinition, 'name' | 'nullable'> & { readonly nullable?: boolean },
): ColumnDefinition {
  return { name, nullable: false, ...rest };
}

export const PLAIN_DEFINITION: TableDefinition = { name: 't', columns: COLUMNS, keys: [] };

/**
 * A table `t` whose declaration is the same whatever it contains: `owners` lists the number of rows of each
 * owner, `row` makes the k-th row.
 */
export function plainTable(owners: readonly number[], row: (k: number) => PlainRow): TestTable {
  let from = 0;
  const parts = owners.map((rows, owner) => {
    const start = from;
    from += rows;
    const content = Array.from({ length: rows }, (_, k) => row(start + k));
    const columns = COLUMNS.map(({ name, dictionary, nullable }) => {
      const cells = content.map((values) => values[name as keyof PlainRow]);
      const values = BigInt64Array.from(cells, (cell) => {
        if (typeof cell === 'string') return BigInt(dictionary?.indexOf(cell) ?? 0);
        return BigInt(cell ?? 0);
      });
      const nulls = Uint8Array.from(cells, (cell) => (cell === null ? 1 : 0));
      return nullable ? { values, nulls } : { values };
    });
    return { owner: `owner ${owner}`, rows, columns };
  });
  return { definition: PLAIN_DEFINITION, parts };
}

/** Rows with values all over the place and some NULLs. */
export function variedRow(k: number): PlainRow {
  return {
    id: k,
    a: k % 11 === 3 ? null : (k * 37) % 1001,
    b: k % 13 === 5 ? null : ((k * 91) % 1001) - 500,
    c: BigInt((k * 7919) % 100_003) * 301_111_777n - 2n ** 40n,
    flag: k % 7 === 2 ? null : k % 3 === 0,
    word: k % 9 === 4 ? null : ((['AK', 'NE', 'NY'] as const)[k % 3] ?? null),
  };
}
