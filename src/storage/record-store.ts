import type { SharedDefinition } from '../catalog/table.ts';
import type { Certificate, PendingVersion, SignedProposal } from '../catalog/version.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant } from '../errors/tacit-error.ts';
import { acceptTable, isNewTable, newTable } from './definition-rules.ts';
import type {
  Acceptance,
  BlockKey,
  DefinedTable,
  PendingPart,
  ShareStore,
  StoredUnit,
  StoredVersion,
  TableState,
  Upload,
  UploadCommitment,
} from './share-store.ts';
import { conflict, invalid, type TableRecord, tableKey } from './table-record.ts';
import {
  addUnits,
  checkBegin,
  checkOpenUploads,
  commitUpload,
  discardUpload,
  unknownUpload,
} from './upload-rules.ts';
import { addedParts, bindVersion, certifyVersion, checkProposal } from './version-rules.ts';

/** Records and blocks as one transaction sees and changes them. */
export interface Records {
  table(key: string): TableRecord | undefined;
  tableCount(): number;
  putTable(key: string, record: TableRecord): void;
  upload(id: string): Upload | undefined;
  uploads(): Iterable<Upload>;
  putUpload(upload: Upload): void;
  removeUpload(id: string): void;
  putBlock(key: BlockKey, bytes: Uint8Array): void;
}

/** The life of tables over any storage that has transactions: what is allowed is in the rules, what is kept is here. */
export abstract class RecordStore implements ShareStore {
  protected readonly crypto: CryptoProvider;

  constructor(crypto: CryptoProvider) {
    this.crypto = crypto;
  }

  /** Runs one change with nothing in between; all of it is kept, on disk, when the promise resolves, or nothing. */
  protected abstract transact<T>(change: (records: Records) => T): Promise<T>;
  /** The tables as they are now, by name. */
  protected abstract tableRecords(): readonly TableRecord[];
  /** Deletes all blocks of a part. */
  protected abstract dropBlocks(part: string): Promise<void>;

  abstract uploads(): readonly Upload[];
  abstract upload(id: string): Upload | undefined;
  abstract tables(): readonly StoredVersion[];
  abstract read(key: BlockKey, length: number): Uint8Array;
  abstract close(): Promise<void>;

  async define(definition: SharedDefinition): Promise<void> {
    const key = tableKey(definition.table.name);
    const table = newTable(this.crypto, definition);
    await this.transact((records) => {
      if (isNewTable(records.table(key), table, records.tableCount())) records.putTable(key, table);
    });
  }

  async accept(name: string, digest: string, acceptance: Acceptance): Promise<void> {
    await this.#change(name, (table) => acceptTable(table, digest, acceptance));
  }

  definitions(): readonly DefinedTable[] {
    return this.tableRecords().map(({ definition, digest, accepted }) => ({
      ...{ definition, digest, accepted },
    }));
  }

  async begin(part: PendingPart): Promise<Upload> {
    return this.transact((records) => {
      const existing = records.upload(part.id);
      checkBegin(records.table(tableKey(part.table)), existing, part);
      if (existing) return existing;
      checkOpenUploads(part.owner, records.uploads(), (key) => records.table(key));
      const { id, table, definition, owner, rows } = part;
      const fresh = { held: 0, committed: false, promised: 0, root: null, extra: null };
      const upload = { id, table, definition, owner, rows, ...fresh };
      records.putUpload(upload);
      return upload;
    });
  }

  async write(partId: string, first: number, units: readonly StoredUnit[]): Promise<void> {
    // Checked where nothing can come in between: after its commit, a part must not change.
    await this.transact((records) => {
      const part = records.upload(partId);
      if (!part) throw unknownUpload(partId);
      const after = addUnits(tableOf(records, part), part, partId, first, units);
      for (const { key, bytes } of units.flat()) records.putBlock(key, bytes);
      records.putUpload(after);
    });
  }

  async commit(partId: string, commitment: UploadCommitment): Promise<void> {
    await this.transact((records) => {
      const part = records.upload(partId);
      if (!part) throw unknownUpload(partId);
      if (part.committed) return;
      const { table } = tableOf(records, part).definition;
      records.putUpload(commitUpload(table, part, commitment));
    });
  }

  async discard(partId: string): Promise<void> {
    await this.transact((records) => {
      const part = records.upload(partId);
      if (!part) throw unknownUpload(partId);
      records.putTable(tableKey(part.table), discardUpload(tableOf(records, part), part));
      records.removeUpload(partId);
    });
    // No version ever had it, so no query reads it.
    await this.collect([partId]);
  }

  async promise({ proposal }: SignedProposal): Promise<void> {
    await this.transact((records) => {
      const table = defined(records.table(tableKey(proposal.table)), proposal.table);
      checkProposal(table, proposal, (id) => records.upload(id));
      for (const { id } of addedParts(table, proposal)) {
        const upload = records.upload(id);
        invariant(upload, 'checked before');
        records.putUpload({ ...upload, promised: proposal.number });
      }
    });
  }

  async bind(pending: PendingVersion): Promise<void> {
    await this.#change(pending.proposal.table, (table, records) =>
      bindVersion(this.crypto, table, pending, (id) => records.upload(id)),
    );
  }

  async certify(certificate: Certificate): Promise<void> {
    await this.#change(certificate.proposal.table, (table, records) =>
      certifyVersion(this.crypto, table, certificate, (id) => records.upload(id)),
    );
  }

  state(name: string): TableState {
    const key = tableKey(name);
    const found = this.tableRecords().find(({ definition }) => {
      return tableKey(definition.table.name) === key;
    });
    const { pending, versions } = defined(found, name);
    return { head: versions[0]?.certificate, pending: pending ?? undefined };
  }

  retired(): readonly string[] {
    return this.tableRecords().flatMap((table) => table.retired);
  }

  async collect(parts: readonly string[]): Promise<void> {
    for (const { definition, retired } of this.tableRecords()) {
      const key = tableKey(definition.table.name);
      for (const part of retired) if (parts.includes(part)) await this.#forget(key, part);
    }
  }

  /** Blocks first: what is left after a crash in between is found again. */
  async #forget(key: string, part: string): Promise<void> {
    await this.dropBlocks(part);
    await this.transact((records) => {
      records.removeUpload(part);
      const table = defined(records.table(key), key);
      records.putTable(key, { ...table, retired: table.retired.filter((id) => id !== part) });
    });
  }

  #change(
    name: string,
    change: (table: TableRecord, records: Records) => TableRecord,
  ): Promise<void> {
    const key = tableKey(name);
    return this.transact((records) => {
      const before = defined(records.table(key), name);
      const after = change(before, records);
      if (after !== before) records.putTable(key, after);
    });
  }
}

function defined(table: TableRecord | undefined, name: string): TableRecord {
  if (table) return table;
  throw invalid(`table ${name} is not defined`);
}

function tableOf(records: Records, part: Upload): TableRecord {
  const table = records.table(tableKey(part.table));
  if (table) return table;
  throw conflict(`upload ${part.id} belongs to a table that is not defined any more`);
}
