import { type Database, open, type RootDatabase } from 'lmdb';
import type { TableDefinition, TableVersion } from '../catalog/table.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import {
  blockBytes,
  decodePart,
  decodeTable,
  encodePart,
  encodeTable,
  partRange,
} from './records.ts';
import type { BlockKey, PendingPart, ShareStore, Upload } from './share-store.ts';
import {
  checkBegin,
  checkBlock,
  checkedBlock,
  commitPart,
  incompleteUpload,
  isNewTable,
  missingBlock,
  newTable,
  type PartRecord,
  type TableRecord,
  tableKey,
  unknownUpload,
  versionOf,
} from './upload-rules.ts';

export interface LmdbOptions {
  /** Directory; created if missing. */
  readonly path: string;
  readonly crypto: CryptoProvider;
  /**
   * One writer per directory: it removes what unfinished uploads left behind. Readers, in other threads or processes,
   * see each commit in their next call.
   */
  readonly role: 'writer' | 'reader';
}

type Binary<K extends string | Buffer> = Database<Uint8Array, K>;

/** Counts the changes of visible tables, so that readers know when their list is stale. */
const GENERATION = '\0generation';
/** Address space to begin with; it grows with the data, but growing stops all readers for a moment. */
const MAP_BYTES = 4 * 1024 ** 3;
/** Blocks deleted in one transaction: the writer's thread is busy meanwhile. */
const DELETE_BATCH = 256;

/** Opens the store of one party; see {@link LmdbOptions}. */
export async function openLmdbStore(options: LmdbOptions): Promise<LmdbStore> {
  const store = new LmdbStore(options);
  if (options.role === 'writer') await store.recover();
  return store;
}

/**
 * Shares at rest in LMDB. Every promise resolves after the transaction was synced to disk (no overlapping
 * sync), so what was acknowledged survives a crash of the process and of the machine.
 */
export class LmdbStore implements ShareStore {
  readonly #crypto: CryptoProvider;
  readonly #root: RootDatabase;
  readonly #tables: Binary<string>;
  readonly #parts: Binary<string>;
  readonly #blocks: Binary<Buffer>;
  #generation: string | undefined;
  #versions: readonly TableVersion[] = [];

  constructor({ path, crypto, role }: LmdbOptions) {
    this.#crypto = crypto;
    const plain = { encoding: 'binary', cache: false, compression: false } as const;
    this.#root = open({
      ...{ path, noSubdir: false, mapSize: MAP_BYTES, maxDbs: 4 },
      ...{ overlappingSync: false, readOnly: role === 'reader' },
    });
    this.#tables = this.#root.openDB('tables', plain);
    this.#parts = this.#root.openDB('parts', plain);
    this.#blocks = this.#root.openDB('blocks', { ...plain, keyEncoding: 'binary' });
  }

  /** Removes the uploads that the last writer left unfinished, except those that may still be committed. */
  async recover(): Promise<void> {
    const lost = this.uploads().filter((part) => !part.committed && !this.#mayCommit(part));
    for (const { id } of lost) {
      await this.#dropBlocks(id);
      await this.#parts.remove(id);
    }
  }

  async define(definition: TableDefinition, owners: readonly string[]): Promise<void> {
    const key = tableKey(definition.name);
    const table = newTable(definition, owners);
    await this.#root.transaction(() => {
      const count = this.#tables.getKeysCount();
      if (isNewTable(this.#crypto, this.#table(key), table, count)) {
        this.#tables.putSync(key, encodeTable(table));
      }
    });
  }

  async begin(part: PendingPart): Promise<void> {
    const check = () => checkBegin(this.#table(tableKey(part.table)), this.#part(part.id), part);
    this.#root.resetReadTxn();
    check();
    // Before its blocks go: a commit that comes in between must not find it.
    if (this.#part(part.id)) {
      await this.#root.transaction(() => {
        check();
        this.#parts.removeSync(part.id);
      });
    }
    await this.#dropBlocks(part.id);
    await this.#root.transaction(() => {
      check();
      this.#parts.putSync(part.id, encodePart({ ...part, committed: false }));
    });
  }

  async write(
    blocks: readonly { readonly key: BlockKey; readonly bytes: Uint8Array }[],
  ): Promise<void> {
    if (blocks.length === 0) return;
    // Checked where nothing can come in between: after its commit, a part must not change.
    await this.#root.transaction(() => {
      for (const { key } of blocks) checkBlock(this.#part(key.part), key);
      for (const { key, bytes } of blocks) this.#blocks.putSync(blockBytes(key), bytes);
    });
  }

  async commit(partId: string): Promise<TableVersion | undefined> {
    return this.#root.transaction(() => {
      const part = this.#part(partId);
      if (!part) throw unknownUpload(partId);
      const key = tableKey(part.table);
      const table = this.#table(key);
      invariant(table, 'a part without its table');
      const after = commitPart(this.#crypto, table, part);
      if (!after) return versionOf(table);
      const missing = this.#missingBlock(table, part);
      if (missing) throw incompleteUpload(missing);
      const generation = BigInt(this.#readGeneration() ?? 0) + 1n;
      this.#parts.putSync(partId, encodePart({ ...part, committed: true }));
      this.#tables.putSync(key, encodeTable(after));
      this.#tables.putSync(GENERATION, Buffer.from(`${generation}`));
      return versionOf(after);
    });
  }

  uploads(): readonly Upload[] {
    this.#root.resetReadTxn();
    return [...this.#parts.getRange()].map(({ value }) => decodePart(value));
  }

  tables(): readonly TableVersion[] {
    this.#root.resetReadTxn();
    const generation = this.#readGeneration();
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#versions = this.#readVersions();
    }
    return this.#versions;
  }

  read(key: BlockKey, length: number): Uint8Array {
    const found = this.#blocks.getBinaryFast(blockBytes(key));
    // The reused buffer is longer than the value; its `length` was redefined, its real extent was not.
    const bytes = found && new Uint8Array(found.buffer, found.byteOffset, found.length);
    return checkedBlock(bytes, key, length);
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  #readGeneration(): string | undefined {
    return this.#tables.getBinary(GENERATION)?.toString('latin1');
  }

  #readVersions(): TableVersion[] {
    const versions: TableVersion[] = [];
    for (const { key, value } of this.#tables.getRange()) {
      const version = key === GENERATION ? undefined : versionOf(decodeTable(value));
      if (version) versions.push(version);
    }
    return versions;
  }

  #table(key: string): TableRecord | undefined {
    const bytes = this.#tables.getBinary(key);
    return bytes && decodeTable(bytes);
  }

  #part(id: string): PartRecord | undefined {
    const bytes = id.length > 0 ? this.#parts.getBinary(id) : undefined;
    return bytes && decodePart(bytes);
  }

  #missingBlock(table: TableRecord, part: PartRecord): BlockKey | undefined {
    const keys = this.#blocks.getKeys(partRange(part.id));
    const stored = new Set([...keys].map((key) => key.toString('latin1')));
    return missingBlock(table, part, (key) => stored.has(blockBytes(key).toString('latin1')));
  }

  #mayCommit(part: PartRecord): boolean {
    const table = this.#table(tableKey(part.table));
    if (table === undefined || table.slots[part.slot]?.part) return false;
    return this.#missingBlock(table, part) === undefined;
  }

  async #dropBlocks(part: string): Promise<void> {
    for (;;) {
      this.#root.resetReadTxn();
      const keys = [...this.#blocks.getKeys({ ...partRange(part), limit: DELETE_BATCH })];
      if (keys.length === 0) return;
      await this.#blocks.batch(() => {
        for (const key of keys) void this.#blocks.remove(key);
      });
    }
  }
}
