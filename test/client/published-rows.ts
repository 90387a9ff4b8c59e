import { expect } from 'vitest';
import { planeCount, storedForm, type TableDefinition } from '../../src/catalog/table.ts';
import { BLOCK_ROWS, planeBytes } from '../../src/field/planes.ts';
import type { ExpandedBlock } from '../../src/sharing/upload-expand.ts';
import { blockRows } from '../../src/storage/leaf-check.ts';
import type { ShareStore } from '../../src/storage/share-store.ts';
import { type TestTable, wholeColumns } from '../oracle/tables.ts';
import { fromPlanes, fromShares } from '../sharing/upload-reconstruct.ts';

/** One stored block of one column at one party. */
export function stored(
  store: ShareStore,
  definition: TableDefinition,
  part: string,
  column: number,
  block: number,
  rows: number,
): ExpandedBlock {
  const declared = definition.columns[column];
  if (!declared) throw new Error('a column');
  const key = { part, column, block, limb: 0 };
  const bytes = 2 * planeCount(declared) * planeBytes(rows);
  const boolean = store.read({ ...key, form: 'boolean' }, bytes).slice();
  const field = Array.from({ length: storedForm(declared).limbs }, (_, limb) =>
    store.read({ ...key, form: 'field', limb }, rows * 8).slice(),
  );
  return { boolean, field };
}

/** Every value of the newest version of the first table from the shares of parties 0 and 1, as [value, isNull] by column. */
export function reconstruct(parties: readonly ShareStore[]): [bigint, boolean][][] {
  const [first, second] = parties;
  const [version] = first?.tables() ?? [];
  if (!first || !second || !version) throw new Error('a published table');
  return version.definition.columns.map((declared, column) => {
    const form = storedForm(declared);
    return version.parts.flatMap((part) => {
      const out: [bigint, boolean][] = [];
      for (let block = 0; block * BLOCK_ROWS < part.rows; block++) {
        const rows = blockRows(part.rows, block);
        const at = [version.definition, part.id, column, block, rows] as const;
        const [a, b] = [stored(first, ...at), stored(second, ...at)];
        const clear = fromPlanes(form, rows, a, b).slice(0, rows);
        if (form.limbs > 0) {
          const values = fromShares(rows, [0, 1], [a, b]);
          expect(values).toEqual(clear.map((row) => row.value));
        }
        out.push(...clear.map((row): [bigint, boolean] => [row.value, row.isNull]));
      }
      return out;
    });
  });
}

/** Rows of a table as comparable text: owners' parts may be stored in any order. */
export function rowsOf(columns: readonly (readonly [bigint, boolean])[][]): string[] {
  const rows = columns[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    columns.map((column) => column[row]?.join(' ')).join('|'),
  ).sort();
}

/** The rows of a test table, as {@link rowsOf} gives them. */
export function clearRows(table: TestTable): string[] {
  return rowsOf(
    wholeColumns(table).map(({ values, nulls }) =>
      Array.from(values, (value, row): [bigint, boolean] => [value, nulls?.[row] === 1]),
    ),
  );
}
