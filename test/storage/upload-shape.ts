import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ShareStore } from '../../src/storage/share-store.ts';

export const BLOCKS = 6;
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
