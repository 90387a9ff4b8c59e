import { type Database, open, type RootDatabase } from 'lmdb';
import type { CryptoProvider } from '../crypto/provider.ts';
import { RecordStore, type Records } from './record-store.ts';
import {
  blockBytes,
  decodeTable,
  decodeUpload,
  encodeTable,
  encodeUpload,
  partRange,
} from './records.ts';
import type { BlockKey, StoredVersion, Upload } from './share-store.ts';
import { type TableRecord, versionsOf } from './table-record.ts';
import { checkedBlock } from './upload-rules.ts';

export interface LmdbOptions {
  /** Directory; created if missing. */
  readonly path: string;
  readonly crypto: CryptoProvider;
  /**
   * One writer per directory: it removes what no version has any more when it opens. Readers, in other threads or
   * processes, see each change in their next call.
   */
  readonly role: 'writer' | 'reader';
}

type Binary<K extends string | Buffer> = Database<Uint8Array, K>;

/** Counts the changes of tables, so that readers know when their list is stale. */
const GENERATION = '\0generation';
/** Address space to begin with; it grows with the data, but growing stops all readers for a moment. */
const MAP_BYTES = 4 * 1024 ** 3;
/** Blocks deleted in one transaction: the writer's thread is busy meanwhile. */
const DELETE_BATCH = 256;

/** Opens the store of one party; see {@link LmdbOptions}. STORAGE_CORRUPT if another release made it. */
export async function openLmdbStore(options: LmdbOptions): Promise<LmdbStore> {
  const store = new LmdbStore(options);
  // No query has started yet.
  if (options.role === 'writer') await store.collect(store.retired());
  return store;
}

/**
 * Shares at rest in LMDB. Every promise resolves after the transaction was synced to disk (no overlapping
 * sync), so what was acknowledged survives a crash of the process and of the machine.
 */
export class LmdbStore extends RecordStore {
  readonly #root: RootDatabase;
  readonly #tables: Binary<string>;
  readonly #uploads: Binary<string>;
  readonly #blocks: Binary<Buffer>;
  #generation: string | undefined;
  #versions: readonly StoredVersion[] = [];

  constructor({ path, crypto, role }: LmdbOptions) {
    super(crypto);
    const plain = { encoding: 'binary', cache: false, compression: false } as const;
    this.#root = open({
      ...{ path, noSubdir: false, mapSize: MAP_BYTES, maxDbs: 4 },
      ...{ overlappingSync: false, readOnly: role === 'reader' },
    });
    this.#tables = this.#root.openDB('tables', plain);
    this.#uploads = this.#root.openDB('parts', plain);
    this.#blocks = this.#root.openDB('blocks', { ...plain, keyEncoding: 'binary' });
  }

  protected override transact<T>(change: (records: Records) => T): Promise<T> {
    return this.#root.transaction(() => {
      let isChanged = false;
      const result = change({
        table: (key) => this.#table(key),
        tableCount: () =>
          this.#tables.getKeysCount() - Number(this.#readGeneration() !== undefined),
        putTable: (key, record) => {
          isChanged = true;
          this.#tables.putSync(key, encodeTable(record));
        },
        upload: (id) => this.#upload(id),
        uploads: () => this.#uploadRange(),
        putUpload: (upload) => void this.#uploads.putSync(upload.id, encodeUpload(upload)),
        removeUpload: (id) => void this.#uploads.removeSync(id),
        putBlock: (key, bytes) => void this.#blocks.putSync(blockBytes(key), bytes),
      });
      if (isChanged) {
        const generation = BigInt(this.#readGeneration() ?? 0) + 1n;
        this.#tables.putSync(GENERATION, Buffer.from(`${generation}`));
      }
      return result;
    });
  }

  protected override tableRecords(): readonly TableRecord[] {
    this.#root.resetReadTxn();
    return this.#readTables();
  }

  protected override async dropBlocks(part: string): Promise<void> {
    for (;;) {
      this.#root.resetReadTxn();
      const keys = [...this.#blocks.getKeys({ ...partRange(part), limit: DELETE_BATCH })];
      if (keys.length === 0) return;
      await this.#blocks.batch(() => {
        for (const key of keys) void this.#blocks.remove(key);
      });
    }
  }

  override uploads(): readonly Upload[] {
    this.#root.resetReadTxn();
    return [...this.#uploadRange()];
  }

  override upload(id: string): Upload | undefined {
    return this.#upload(id);
  }

  override tables(): readonly StoredVersion[] {
    this.#root.resetReadTxn();
    const generation = this.#readGeneration();
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#versions = this.#readTables().flatMap(versionsOf);
    }
    return this.#versions;
  }

  override read(key: BlockKey, length: number): Uint8Array {
    const found = this.#blocks.getBinaryFast(blockBytes(key));
    // The reused buffer is longer than the value; its `length` was redefined, its real extent was not.
    const bytes = found && new Uint8Array(found.buffer, found.byteOffset, found.length);
    return checkedBlock(bytes, key, length);
  }

  override async close(): Promise<void> {
    await this.#root.close();
  }

  #readGeneration(): string | undefined {
    return this.#tables.getBinary(GENERATION)?.toString('latin1');
  }

  #readTables(): TableRecord[] {
    const records = [...this.#tables.getRange()].filter(({ key }) => key !== GENERATION);
    return records.map(({ value }) => decodeTable(value));
  }

  #table(key: string): TableRecord | undefined {
    const bytes = this.#tables.getBinary(key);
    return bytes && decodeTable(bytes);
  }

  #upload(id: string): Upload | undefined {
    const bytes = id.length > 0 ? this.#uploads.getBinary(id) : undefined;
    return bytes && decodeUpload(bytes);
  }

  *#uploadRange(): Generator<Upload> {
    for (const { value } of this.#uploads.getRange()) yield decodeUpload(value);
  }
}
