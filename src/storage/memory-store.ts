import type { TableDefinition, TableVersion } from '../catalog/table.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
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

/** A store that forgets everything with its process; for tests and trials. */
export class MemoryStore implements ShareStore {
  readonly #crypto: CryptoProvider;
  readonly #tables = new Map<string, TableRecord>();
  readonly #parts = new Map<string, PartRecord>();
  readonly #blocks = new Map<string, Map<string, Uint8Array>>();

  constructor(crypto: CryptoProvider) {
    this.#crypto = crypto;
  }

  async define(definition: TableDefinition, owners: readonly string[]): Promise<void> {
    const key = tableKey(definition.name);
    const table = newTable(definition, owners);
    const existing = this.#tables.get(key);
    if (isNewTable(this.#crypto, existing, table, this.#tables.size)) this.#tables.set(key, table);
  }

  async begin(part: PendingPart): Promise<void> {
    checkBegin(this.#tables.get(tableKey(part.table)), this.#parts.get(part.id), part);
    this.#parts.set(part.id, { ...part, committed: false });
    this.#blocks.set(part.id, new Map());
  }

  async write(
    blocks: readonly { readonly key: BlockKey; readonly bytes: Uint8Array }[],
  ): Promise<void> {
    for (const { key } of blocks) checkBlock(this.#parts.get(key.part), key);
    for (const { key, bytes } of blocks) {
      this.#blocks.get(key.part)?.set(blockName(key), new Uint8Array(bytes));
    }
  }

  async commit(partId: string): Promise<TableVersion | undefined> {
    const part = this.#parts.get(partId);
    if (!part) throw unknownUpload(partId);
    const table = this.#tables.get(tableKey(part.table));
    invariant(table, 'a part without its table');
    const after = commitPart(this.#crypto, table, part);
    if (!after) return versionOf(table);
    const blocks = this.#blocks.get(partId);
    const missing = missingBlock(table, part, (key) => blocks?.has(blockName(key)) ?? false);
    if (missing) throw incompleteUpload(missing);
    this.#parts.set(partId, { ...part, committed: true });
    this.#tables.set(tableKey(part.table), after);
    return versionOf(after);
  }

  uploads(): readonly Upload[] {
    return [...this.#parts.values()];
  }

  tables(): readonly TableVersion[] {
    const versions = [...this.#tables].sort(([a], [b]) => (a < b ? -1 : 1));
    return versions.flatMap(([, record]) => versionOf(record) ?? []);
  }

  read(key: BlockKey, length: number): Uint8Array {
    return checkedBlock(this.#blocks.get(key.part)?.get(blockName(key)), key, length);
  }

  async close(): Promise<void> {}
}

function blockName({ column, form, limb, block }: BlockKey): string {
  return `${column}/${form}/${limb}/${block}`;
}
