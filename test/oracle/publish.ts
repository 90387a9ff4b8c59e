import type { TableDefinition } from '../../src/catalog/table.ts';
import type { PartyUploads } from '../../src/client/publish/party-uploads.ts';
import {
  type PublishPart,
  type PublishTable,
  publishTable,
} from '../../src/client/publish/publisher.ts';
import { ingestBlocks } from '../../src/engine/ingest.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { BLOCK_ROWS } from '../../src/field/planes.ts';
import type { ColumnBlock, UploadContext } from '../../src/sharing/upload.ts';
import type { PendingPart, ShareStore } from '../../src/storage/share-store.ts';
import type { OwnedRows, TestTable } from './tables.ts';

/** Publishes tables into the stores of three parties by the real upload path, without a network. */
export async function publishInProcess(
  context: UploadContext,
  tables: readonly TestTable[],
  stores: readonly ShareStore[],
): Promise<void> {
  const parties = stores.map((store) => storeUploads(context, store));
  for (const table of tables) await publishTable(context, publishable(table), parties);
}

const publishableParts = new WeakMap<OwnedRows, PublishPart>();

/** A test table as the publisher wants it; equal parts stay the same object, as a retry needs it. */
export function publishable(table: TestTable): PublishTable {
  return { definition: table.definition, parts: table.parts.map(publishablePart) };
}

function publishablePart(part: OwnedRows): PublishPart {
  const { owner, rows } = part;
  const made = publishableParts.get(part) ?? { owner, rows, blocks: () => blocksOf(part) };
  publishableParts.set(part, made);
  return made;
}

async function* blocksOf(part: OwnedRows): AsyncGenerator<readonly ColumnBlock[]> {
  for (let from = 0; from < part.rows; from += BLOCK_ROWS) {
    const to = Math.min(part.rows, from + BLOCK_ROWS);
    yield part.columns.map(({ values, nulls }) => ({
      values: values.subarray(from, to),
      ...(nulls ? { nulls: nulls.subarray(from, to) } : {}),
    }));
  }
}

/** One party's uploads straight into its store, as its server does it. */
export function storeUploads(context: UploadContext, store: ShareStore): PartyUploads {
  const definitions = new Map<string, TableDefinition>();
  const pending = new Map<string, PendingPart>();
  return {
    define: async (definition, owners) => {
      await store.define(definition, owners);
      definitions.set(definition.name, definition);
    },
    begin: async (part) => {
      await store.begin(part);
      pending.set(part.id, part);
    },
    blocks: async (partId, bytes) => {
      const part = pending.get(partId);
      const definition = part && definitions.get(part.table);
      if (!part || !definition) throw new TacitError('UPLOAD_INVALID', 'no such upload');
      await ingestBlocks(context, store, definition, part, bytes);
    },
    commit: async (partId) => {
      await store.commit(partId);
    },
    uploads: async (table) => store.uploads().filter((upload) => upload.table === table),
  };
}
