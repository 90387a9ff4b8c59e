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
import type { BlockKey, ShareStore } from '../storage/share-store.ts';

/**
 * Takes one request body of an upload in at a party: decodes it, checks that every message names a
 * column and a block of the pending part with exactly that block's rows, expands seeds and writes
 * the shares. UPLOAD_INVALID, with nothing written, if any message does not fit.
 */
export async function ingestBlocks(
  context: UploadContext,
  store: ShareStore,
  definition: TableDefinition,
  part: { readonly id: string; readonly rows: number },
  bytes: Uint8Array,
): Promise<void> {
  if (bytes.length > UPLOAD_BODY_BYTES_MAX) {
    throw new TacitError(
      'UPLOAD_INVALID',
      `an upload request of ${bytes.length} bytes; at most ${UPLOAD_BODY_BYTES_MAX} are accepted`,
    );
  }
  const messages = decodeBlocks(bytes);
  const forms = messages.map((message) => storedForm(columnOf(definition, part.rows, message)));
  const stored = messages.reduce(
    (sum, message, k) => sum + storedBytes(forms[k] as StoredForm, message.rows),
    0,
  );
  if (stored > UPLOAD_STORED_BYTES_MAX) {
    throw new TacitError(
      'UPLOAD_INVALID',
      `an upload request that expands to ${stored} bytes; at most ${UPLOAD_STORED_BYTES_MAX}`,
    );
  }
  const blocks: { key: BlockKey; bytes: Uint8Array }[] = [];
  messages.forEach((message, k) => {
    const form = forms[k] as StoredForm;
    const expanded = expandBlock(context, form, message);
    const place = { part: part.id, column: message.column, block: message.block };
    blocks.push({ key: { ...place, form: 'boolean', limb: 0 }, bytes: expanded.boolean });
    expanded.field.forEach((share, limb) => {
      blocks.push({ key: { ...place, form: 'field', limb }, bytes: share });
    });
  });
  await store.write(blocks);
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
  throw new TacitError(
    'UPLOAD_INVALID',
    `table ${definition.name} has no block ${block} of ${rows} rows in column ${column}`,
  );
}
