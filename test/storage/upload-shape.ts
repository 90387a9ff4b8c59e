import type { TableDefinition } from '../../src/catalog/table.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import type { BlockKey, ShareStore } from '../../src/storage/share-store.ts';
import { blocksOf } from '../../src/storage/upload-rules.ts';

/** One narrow column: three blocks of rows in two forms. */
export const ROWS = 3 * BLOCK_ROWS;
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

/** The blocks of a part in the order in which they are written. */
export function blockKeys(id: string): BlockKey[] {
  return [...blocksOf(definition, { id, table: definition.name, slot: 0, owner: 'o', rows: ROWS })];
}

export const BLOCK_BYTES = 40_000;

export function tableName(table: number): string {
  return `t${String(table).padStart(6, '0')}`;
}

export function partIds(table: number): string[] {
  return [0, 1].map((part) => (table * 2 + part).toString(16).padStart(8, '0'));
}

export function fillOf(id: string, block: number): number {
  return (Number.parseInt(id, 16) * 31 + block) & 0xff;
}

/** Whether an upload was committed; committing is idempotent, and an unknown upload is refused. */
export async function isCommitted(store: ShareStore, id: string): Promise<boolean> {
  try {
    await store.commit(id);
    return true;
  } catch (error) {
    if (error instanceof TacitError && error.code === 'UPLOAD_INVALID') return false;
    throw error;
  }
}
