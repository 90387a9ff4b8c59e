import { LEAF_BYTES, leavesOfUnit, type PartySalts } from '../catalog/commitment.ts';
import { type ColumnDefinition, storedForm, type TableDefinition } from '../catalog/table.ts';
import { TacitError } from '../errors/tacit-error.ts';
import {
  type BlockMessage,
  type CommittedBlock,
  type StoredForm,
  storedBytes,
  UPLOAD_BODY_BYTES_MAX,
  UPLOAD_STORED_BYTES_MAX,
  type UploadContext,
} from '../sharing/upload.ts';
import { decodeBlocks } from '../sharing/upload-codec.ts';
import { expandBlock } from '../sharing/upload-expand.ts';
import { blockRows, checkBlock, packSalts } from '../storage/leaf-check.ts';
import type { ShareStore, StoredUnit } from '../storage/share-store.ts';
import { saltsKey } from '../storage/upload-rules.ts';

/**
 * Takes one request body of an upload in at a party: decodes it, checks that every message names a
 * column and a block of the pending part with exactly that block's rows, expands seeds, checks the shares
 * against their leaves and writes both. With nothing written: UPLOAD_INVALID if any message does not fit or is not the
 * next one, COMMITMENT_MISMATCH if shares are not what their leaf says. `self` is the 0-based number of this party.
 */
export async function ingestBlocks(
  context: UploadContext,
  store: ShareStore,
  definition: TableDefinition,
  part: { readonly id: string; readonly rows: number; readonly self: number },
  bytes: Uint8Array,
): Promise<void> {
  if (bytes.length > UPLOAD_BODY_BYTES_MAX) {
    throw invalid(`an upload request of ${bytes.length} bytes; at most ${UPLOAD_BODY_BYTES_MAX}`);
  }
  const { blocks: messages, salts } = decodeBlocks(bytes);
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
  const unit = first.block * definition.columns.length + first.column;
  // Nothing held, nothing to go on with: the store says so.
  if (unit > 0 && store.upload(part.id)?.held !== 0) requireSalts(store, part.id, salts);
  const holding = { crypto: context.crypto, self: part.self, salts };
  const units = messages.map((message, k): StoredUnit => {
    const blocks = storedBlocks(context, part.id, forms[k] as StoredForm, message);
    for (const { bytes: shares, key } of blocks) {
      checkBlock(holding, definition, key, message.rows, shares, message.leaves);
    }
    const { block, column, leaves } = message;
    const key = { part: part.id, column, form: 'leaves' as const, limb: 0, block };
    return [...blocks, { key, bytes: leaves }];
  });
  const [start = [], ...others] = units;
  const seeds = unit === 0 ? [{ key: saltsKey(part.id), bytes: packSalts(salts) }] : [];
  await store.write(part.id, unit, [[...start, ...seeds], ...others]);
}

/** What a party stores of a message's shares. UPLOAD_INVALID if shares or leaves have not the form that they must have. */
function storedBlocks(
  context: UploadContext,
  part: string,
  form: StoredForm,
  message: CommittedBlock,
): StoredUnit {
  if (message.leaves.length !== LEAF_BYTES * leavesOfUnit(form.limbs)) {
    throw invalid('the upload contains the wrong number of leaves');
  }
  const expanded = expandBlock(context, form, message);
  const place = { part, column: message.column, block: message.block };
  const field = expanded.field.map((share, limb) => {
    return { key: { ...place, form: 'field' as const, limb }, bytes: share };
  });
  return [{ key: { ...place, form: 'boolean', limb: 0 }, bytes: expanded.boolean }, ...field];
}

/** An upload goes on with the salts that it began with; UPLOAD_INVALID if not. */
function requireSalts(store: ShareStore, part: string, salts: PartySalts): void {
  const wanted = packSalts(salts);
  const known = store.read(saltsKey(part), wanted.length);
  // The owner made both: there is nothing to find out by the time that this takes.
  if (known.every((byte, k) => byte === wanted[k])) return;
  throw invalid(`upload ${part} goes on with other salts than it began with`);
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
