import { RecordStore, type Records } from './record-store.ts';
import type { BlockKey, StoredVersion, Upload } from './share-store.ts';
import { type TableRecord, versionsOf } from './table-record.ts';
import { checkedBlock } from './upload-rules.ts';

/** A store that forgets everything with its process; for tests and trials. */
export class MemoryStore extends RecordStore {
  readonly #tables = new Map<string, TableRecord>();
  readonly #uploads = new Map<string, Upload>();
  readonly #blocks = new Map<string, Map<string, Uint8Array>>();

  /** Rules throw before they change anything, so a change that fails has changed nothing. */
  protected override async transact<T>(change: (records: Records) => T): Promise<T> {
    return change({
      table: (key) => this.#tables.get(key),
      tableCount: () => this.#tables.size,
      putTable: (key, record) => void this.#tables.set(key, record),
      upload: (id) => this.#uploads.get(id),
      uploads: () => this.#uploads.values(),
      putUpload: (upload) => void this.#uploads.set(upload.id, upload),
      removeUpload: (id) => void this.#uploads.delete(id),
      putBlock: (key, bytes) => this.#putBlock(key, bytes),
    });
  }

  protected override tableRecords(): readonly TableRecord[] {
    const sorted = [...this.#tables].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, record]) => record);
  }

  protected override async dropBlocks(part: string): Promise<void> {
    this.#blocks.delete(part);
  }

  override uploads(): readonly Upload[] {
    return [...this.#uploads.values()];
  }

  override upload(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  override tables(): readonly StoredVersion[] {
    return this.tableRecords().flatMap(versionsOf);
  }

  override read(key: BlockKey, length: number): Uint8Array {
    return checkedBlock(this.#blocks.get(key.part)?.get(blockName(key)), key, length);
  }

  override async close(): Promise<void> {}

  #putBlock(key: BlockKey, bytes: Uint8Array): void {
    const blocks = this.#blocks.get(key.part) ?? new Map<string, Uint8Array>();
    blocks.set(blockName(key), new Uint8Array(bytes));
    this.#blocks.set(key.part, blocks);
  }
}

function blockName({ column, form, limb, block }: BlockKey): string {
  return `${column}/${form}/${limb}/${block}`;
}
