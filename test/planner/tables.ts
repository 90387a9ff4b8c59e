import type { Catalog, ColumnDefinition, TableVersion } from '../../src/catalog/table.ts';
import type { Bounds, SqlType } from '../../src/catalog/types.ts';

const INTEGER: SqlType = { kind: 'integer', name: 'INTEGER' };

function column(
  name: string,
  type: SqlType,
  min: bigint,
  max: bigint,
  more: Partial<ColumnDefinition> = {},
): ColumnDefinition {
  const bounds: Bounds = { min, max };
  return { name, type, bounds, nullable: false, ...more };
}

/** A table with a column of every kind; row count of the two parts as given. */
export function claims(rows: readonly number[] = [600_000, 400_000]): TableVersion {
  const dictionary = ['AK', 'CA', 'NY', 'TX'];
  const columns = [
    column('a', INTEGER, 0n, 999_999n),
    column('b', INTEGER, 0n, 999_999n),
    column('d', INTEGER, 0n, 15n),
    column('n', INTEGER, -1000n, 1000n, { nullable: true }),
    column('big', { kind: 'integer', name: 'BIGINT' }, -(2n ** 63n), 2n ** 63n - 1n),
    column('price', { kind: 'decimal', precision: 9, scale: 2 }, 0n, 9_999_999n),
    column('rate', { kind: 'decimal', precision: 3, scale: 2 }, 0n, 10n),
    column('flag', { kind: 'boolean' }, 0n, 1n),
    column('state', { kind: 'varchar' }, 0n, 3n, { dictionary, nullable: true }),
    column('day', { kind: 'date' }, 18_262n, 19_000n),
    column('seen', { kind: 'timestamp' }, 1_577_836_800_000_000n, 1_641_600_000_000_000n),
    column('note', { kind: 'varchar' }, 0n, 3n, { dictionary: ['x', 'y'] }),
  ];
  const parts = rows.map((count, k) => ({
    id: `part-${k}`,
    owner: `owner ${k}`,
    rows: count,
    root: '00',
  }));
  return { definition: { name: 'claims', columns, keys: [] }, parts, digest: 'digest', number: 1 };
}

export function catalog(rows?: readonly number[]): Catalog {
  return { tables: [claims(rows)] };
}

/** `big` of a thousand rows, `mid` of a hundred, `small` of ten, and `shared` of two owners, each with unique `a` and four columns of claims. */
export function related(): TableVersion[] {
  return [named('big', 1000), named('mid', 100), named('small', 10), named('shared', 40, 20)];
}

function named(name: string, ...rows: number[]): TableVersion {
  const table = claims(rows);
  const columns = table.definition.columns
    .slice(0, 4)
    .map((each) => (each.name === 'a' ? { ...each, multiplicity: 1 } : each));
  return { ...table, digest: name, definition: { ...table.definition, name, columns } };
}
