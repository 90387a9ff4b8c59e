import type { TableDefinition } from '../../src/catalog/table.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import type { StoredUnit } from '../../src/storage/share-store.ts';
import { unitKeys } from '../../src/storage/upload-rules.ts';
import { OWNERS } from '../contracts/stored-table.ts';

/** One narrow column: three blocks of rows in two forms. */
export const BLOCKS = 3;
export const ROWS = BLOCKS * BLOCK_ROWS;
export const definition: TableDefinition = {
  name: 'numbers',
  columns: [
    {
      name: 'n',
      type: { kind: 'integer', name: 'INTEGER' },
      nullable: false,
      bounds: { min: 0n, max: 7n },
    },
  ],
  keys: [],
};
export const shared = { table: definition, owners: OWNERS };

export const BLOCK_BYTES = 40_000;

/** The id of the n-th part that the child publishes. */
export function partId(n: number): string {
  return n.toString(16).padStart(8, '0');
}

export function fillOf(id: string, block: number): number {
  return (Number.parseInt(id, 16) * 31 + block) & 0xff;
}

/** One block of a part in both forms. */
export function unitOf(id: string, block: number): StoredUnit {
  const bytes = new Uint8Array(BLOCK_BYTES).fill(fillOf(id, block));
  return unitKeys(definition, id, block).map((key) => ({ key, bytes }));
}
