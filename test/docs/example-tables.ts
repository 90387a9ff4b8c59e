import type { ColumnDefinition, TableDefinition } from '../../src/catalog/table.ts';
import type { NumberBlock } from '../../src/sharing/upload.ts';
import { Rng } from '../oracle/rng.ts';
import type { TestTable } from '../oracle/tables.ts';

const ROWS = 48;
const DAY = 20_454n; // 2026-01-01
const SECOND_OF_DAY = 86_400_000_000n;

function column(
  name: string,
  type: ColumnDefinition['type'],
  [min, max]: readonly [bigint, bigint],
  more: Partial<ColumnDefinition> = {},
): ColumnDefinition {
  return { name, type, bounds: { min, max }, nullable: false, ...more };
}

const STATES = ['CA', 'NY', 'TX', 'WA'];

const COLUMNS: readonly ColumnDefinition[] = [
  column('id', { kind: 'integer', name: 'INTEGER' }, [1n, 999_999n], { multiplicity: 1 }),
  column('state', { kind: 'varchar' }, [0n, 3n], { dictionary: STATES, nullable: true }),
  column('age', { kind: 'integer', name: 'TINYINT' }, [0n, 120n]),
  column('visits', { kind: 'integer', name: 'SMALLINT' }, [0n, 12n], { nullable: true }),
  column('amount', { kind: 'decimal', precision: 9, scale: 2 }, [0n, 9_999_999n], {
    nullable: true,
  }),
  column('paid', { kind: 'boolean' }, [0n, 1n]),
  column('admitted', { kind: 'date' }, [DAY, DAY + 364n], { nullable: true }),
  column('seen', { kind: 'timestamp' }, [DAY * SECOND_OF_DAY, (DAY + 365n) * SECOND_OF_DAY - 1n]),
];

/** The table that the examples read, with rows of two owners. */
export function claims(): TestTable {
  const rng = new Rng(7);
  const blocks = COLUMNS.map((definition) => block(rng, definition));
  const half = ROWS / 2;
  const parts = [0, 1].map((k) => ({
    owner: ['north', 'south'][k] ?? '',
    rows: half,
    columns: blocks.map(({ values, nulls }) => ({
      values: values.slice(k * half, (k + 1) * half),
      ...(nulls ? { nulls: nulls.slice(k * half, (k + 1) * half) } : {}),
    })),
  }));
  return { definition: { name: 'claims', columns: COLUMNS, keys: [] }, parts };
}

const PAYMENT_COLUMNS: readonly ColumnDefinition[] = [
  column('id', { kind: 'integer', name: 'INTEGER' }, [1n, 999_999n], {
    ...{ multiplicity: 4, reveal: 'rows' },
  }),
  column('payer', { kind: 'varchar' }, [0n, 1n], { dictionary: ['fund', 'state'], reveal: 'rows' }),
  column('share', { kind: 'decimal', precision: 9, scale: 2 }, [0n, 100_000n], { reveal: 'rows' }),
  column('due', { kind: 'date' }, [DAY, DAY + 364n], { reveal: 'rows' }),
];

/** Payments for some of the claims, and for claims that are unknown; up to three for each. */
export function payments({ parts }: TestTable): TestTable {
  const rng = new Rng(11);
  const known = parts.flatMap(({ columns }) => [...(columns[0]?.values ?? [])]);
  const ids = [...known.slice(0, 12), 1_001n, 1_002n, ...known.slice(6, 12), ...known.slice(9, 12)];
  const blocks = PAYMENT_COLUMNS.map(({ bounds }, k) => ({
    values: BigInt64Array.from(ids, (id) => (k === 0 ? id : rng.bigint(bounds.min, bounds.max))),
  }));
  const definition = { name: 'payments', columns: PAYMENT_COLUMNS, keys: [] };
  return { definition, parts: [{ owner: 'west', rows: ids.length, columns: blocks }] };
}

function block(rng: Rng, { bounds, nullable }: ColumnDefinition): NumberBlock {
  const values = new BigInt64Array(ROWS);
  const nulls = new Uint8Array(ROWS);
  for (let row = 0; row < ROWS; row++) {
    nulls[row] = nullable && rng.chance(0.15) ? 1 : 0;
    values[row] = nulls[row] === 1 ? 0n : rng.bigint(bounds.min, bounds.max);
  }
  return nullable ? { values, nulls } : { values };
}

/** A table of which no statement shows single names, with text that has no dictionary. */
export const PATIENTS: TableDefinition = {
  name: 'patients',
  columns: [
    column('name', { kind: 'varchar' }, [0n, 2n ** 160n - 1n], { bytes: 20, nullable: true }),
    column('ward', { kind: 'varchar' }, [0n, 1n], { dictionary: ['east', 'west'] }),
    column('insured', { kind: 'integer', name: 'INTEGER' }, [0n, 999_999n], { reveal: 'never' }),
  ],
  keys: [],
};
