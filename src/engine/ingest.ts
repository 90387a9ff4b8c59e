import { type ColumnDefinition, storedForm, type TableDefinition } from '../catalog/table.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { BLOCK_ROWS } from '../field/planes.ts';
import {
  type BlockMessage,
  type StoredForm,
  storedBytes,
  UPLOAD_BODY_BYTES_MAX,
  UPLOAD_STORED_BYTES_MAX,
  type UploadContext,
} from '../sharing/upload.ts';
import { decodeBlocks } from '../sharing/upload-codec.ts';
import { expandBlock } from '../sharing/upload-expand.ts';
import type { ShareStore, StoredUnit } from '../storage/share-store.ts';

/**
 * Takes one request body of an upload in at a party: decodes it, checks that every message names a
 * column and a block of the pending part with exactly that block's rows, expands seeds and writes
 * the shares. UPLOAD_INVALID, with nothing written, if any message does not fit or is not the next one.
 */
export async function ingestBlocks(
  context: UploadContext,
  store: ShareStore,
  definition: TableDefinition,
  part: { readonly id: string; readonly rows: number },
  bytes: Uint8Array,
): Promise<void> {
  if (bytes.length > UPLOAD_BODY_BYTES_MAX) {
    throw invalid(`an upload request of ${bytes.length} bytes; at most ${UPLOAD_BODY_BYTES_MAX}`);
  }
  const messages = decodeBlocks(bytes);
  const forms = messages.map((message) => storedForm(columnOf(definition, part.rows, message)));
  const stored = messages.reduce(
    (sum, message, k) => sum + storedBytes(forms[k] as StoredForm, message.rows),
    0,
  );
  if (stored > UPLOAD_STORED_BYTES_MAX) {
    const most = `at most ${UPLOAD_STORED_BYTES_MAX}`;
    throw invalid(`an upload request that expands to ${stored} bytes; ${most}`);
  }
  const [first] = messages;
  if (!first) return;
  const units = messages.map((message, k): StoredUnit => {
    const expanded = expandBlock(context, forms[k] as StoredForm, message);
    const place = { part: part.id, column: message.column, block: message.block };
    const field = expanded.field.map((share, limb) => {
      return { key: { ...place, form: 'field' as const, limb }, bytes: share };
    });
    return [{ key: { ...place, form: 'boolean', limb: 0 }, bytes: expanded.boolean }, ...field];
  });
  await store.write(part.id, first.block * definition.columns.length + first.column, units);
}

/** Rows of one block of a part: BLOCK_ROWS, fewer in the last block, 0 behind it. */
export function blockRows(partRows: number, block: number): number {
  return Math.max(0, Math.min(BLOCK_ROWS, partRows - block * BLOCK_ROWS));
}

function columnOf(
  definition: TableDefinition,
  partRows: number,
  message: BlockMessage,
): ColumnDefinition {
  const { column, block, rows } = message;
  const found = definition.columns[column];
  if (found && rows > 0 && rows === blockRows(partRows, block)) return found;
  const what = `no block ${block} of ${rows} rows in column ${column}`;
  throw invalid(`table ${definition.name} has ${what}`);
}

function invalid(message: string): TacitError {
  return new TacitError('UPLOAD_INVALID', message);
}
