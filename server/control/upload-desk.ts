import type { TableDefinition } from '../../src/catalog/table.ts';
import { ingestBlocks } from '../../src/engine/ingest.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import type { PendingPart, ShareStore, Upload } from '../../src/storage/share-store.ts';
import { tableKey, unknownUpload } from '../../src/storage/upload-rules.ts';

/** Uploads that may be open at a time. */
const OPEN_MAX = 1024;

interface Open {
  readonly part: PendingPart;
  readonly definition: TableDefinition;
  /** The last write; blocks of one part are taken in one after another. */
  tail: Promise<unknown>;
}

/**
 * Receives the owners' uploads into the share store and sees to it that only the owner who began a part goes
 * on with it. Open uploads live in memory: after a restart the owner publishes again.
 */
export class UploadDesk {
  readonly #store: ShareStore;
  readonly #context: UploadContext;
  readonly #definitions = new Map<string, TableDefinition>();
  readonly #open = new Map<string, Open>();

  constructor(store: ShareStore, context: UploadContext) {
    this.#store = store;
    this.#context = context;
  }

  async define(definition: TableDefinition, owners: readonly string[]): Promise<void> {
    await this.#store.define(definition, owners);
    this.#definitions.set(tableKey(definition.name), definition);
  }

  async begin(part: PendingPart, owner: string): Promise<void> {
    if (part.owner !== owner) {
      throw new TacitError('AUTH_DENIED', 'an owner may publish rows only under its own name');
    }
    const definition = this.#definitions.get(tableKey(part.table));
    if (definition === undefined) {
      throw new TacitError('UPLOAD_INVALID', `table ${part.table} must be defined first`);
    }
    const other = this.#open.get(part.id);
    if (other !== undefined && other.part.owner !== owner) {
      throw new TacitError('UPLOAD_CONFLICT', `upload ${part.id} belongs to another owner`);
    }
    await this.#close(part.id);
    if (this.#open.size >= OPEN_MAX) {
      throw new TacitError('UPLOAD_CONFLICT', `${OPEN_MAX} uploads are open; finish some first`);
    }
    await this.#store.begin(part);
    this.#open.set(part.id, { part, definition, tail: Promise.resolve() });
  }

  /** Resolves when the blocks are flushed to storage. */
  async blocks(id: string, owner: string, bytes: Uint8Array): Promise<void> {
    const open = this.#find(id, owner);
    const write = async () => {
      await ingestBlocks(this.#context, this.#store, open.definition, open.part, bytes);
    };
    const done = open.tail.then(write, write);
    open.tail = done;
    await done;
  }

  /** The owner's uploads of a table, committed and open ones. */
  uploads(table: string, owner: string): Upload[] {
    const key = tableKey(table);
    return this.#store
      .uploads()
      .filter((part) => part.owner === owner && tableKey(part.table) === key);
  }

  /**
   * True if the table is visible with this part. An owner whose commit failed at one party repeats it, also
   * after that party's restart. No block is taken in any more, unless the commit is refused.
   */
  async commit(id: string, owner: string): Promise<boolean> {
    const part = this.#store.uploads().find((upload) => upload.id === id);
    if (part === undefined) throw unknownUpload(id);
    if (part.owner !== owner) throw foreignUpload(id);
    const open = await this.#close(id);
    try {
      return (await this.#store.commit(id)) !== undefined;
    } catch (error) {
      // It may lack a block, which the owner may still send.
      if (open && !this.#open.has(id)) this.#open.set(id, open);
      throw error;
    }
  }

  /** Lets no more blocks of an upload in; resolves when those under way are written or refused. */
  async #close(id: string): Promise<Open | undefined> {
    const open = this.#open.get(id);
    this.#open.delete(id);
    await open?.tail.catch(() => {});
    return open;
  }

  #find(id: string, owner: string): Open {
    const open = this.#open.get(id);
    if (open === undefined) {
      throw new TacitError('UPLOAD_INVALID', `no upload ${id} is open here; begin it (again)`);
    }
    if (open.part.owner !== owner) throw foreignUpload(id);
    return open;
  }
}

function foreignUpload(id: string): TacitError {
  return new TacitError('AUTH_DENIED', `upload ${id} belongs to another owner`);
}
