import { setImmediate } from 'node:timers/promises';
import { uploadKeyDigest } from '../../src/catalog/digest.ts';
import type { TableDefinition } from '../../src/catalog/table.ts';
import type { PartAudit } from '../../src/commit/part-audit.ts';
import { generateExchangeKeys, type RawKeyPair, unseal } from '../../src/crypto/node-keys.ts';
import { ingestBlocks } from '../../src/engine/ingest.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { sealedBodyContext, type UploadContext } from '../../src/sharing/upload.ts';
import { PartCheck } from '../../src/storage/part-leaves.ts';
import type {
  PendingPart,
  ShareStore,
  Upload,
  UploadCommitment,
} from '../../src/storage/share-store.ts';
import { tableKey } from '../../src/storage/table-record.ts';
import { checkComplete, unknownUpload } from '../../src/storage/upload-rules.ts';
import { checkAudit } from './check-audit.ts';
import { signAs, type TableAuthority } from './table-authority.ts';

/** Uploads that may be open at a time. */
const OPEN_MAX = 1024;
/** Bodies in memory at a time: a client sends one after another, and one again if its connection broke. */
const BODIES_PER_UPLOAD_MAX = 2;
const BODIES_PER_OWNER_MAX = 8;

interface Open {
  readonly part: PendingPart;
  readonly definition: TableDefinition;
  /** Bodies are sealed to it; it is gone with the process, and then the owner begins again. */
  readonly keys: RawKeyPair;
  /** Number of the body that comes next. */
  sequence: number;
  /** The last write; bodies of one part are taken in one after another. */
  tail: Promise<unknown>;
  /** Bodies that arrive or wait for their turn. */
  bodies: number;
}

/** What an owner needs to send: the key to seal to, signed by this party, and what this party holds already. */
export interface Offer {
  readonly publicKey: Uint8Array;
  readonly signature: string;
  readonly held: number;
}

/**
 * Receives the owners' uploads into the share store and sees to it that only the owner who began a part goes
 * on with it. What has arrived is in the store; the keys that bodies are sealed to live in memory.
 */
export class UploadDesk {
  readonly #store: ShareStore;
  readonly #context: UploadContext;
  readonly #authority: TableAuthority;
  readonly #open = new Map<string, Open>();
  readonly #bodies = new Map<string, number>();
  /** Uploads whose blocks are being checked, and what they will be found to be committed to. */
  readonly #checks = new Map<string, Promise<UploadCommitment>>();

  constructor(store: ShareStore, context: UploadContext, authority: TableAuthority) {
    this.#store = store;
    this.#context = context;
    this.#authority = authority;
  }

  async begin(part: PendingPart, owner: string): Promise<Offer> {
    if (part.owner !== owner) {
      throw new TacitError('AUTH_DENIED', 'an owner may publish rows only under its own name');
    }
    const other = this.#open.get(part.id);
    if (other !== undefined && other.part.owner !== owner) throw foreignUpload(part.id);
    await this.#close(part.id);
    const { held } = await this.#store.begin(part);
    // Only now: nothing may come between this check and the entry in the map.
    if (this.#open.size >= OPEN_MAX) {
      throw new TacitError('UPLOAD_CONFLICT', `${OPEN_MAX} uploads are open; finish some first`);
    }
    const definition = this.#definition(part);
    const keys = generateExchangeKeys();
    const fresh = { sequence: 0, tail: Promise.resolve(), bodies: 0 };
    this.#open.set(part.id, { part, definition, keys, ...fresh });
    const { self } = this.#authority;
    const digest = uploadKeyDigest(this.#context.crypto, part.id, self, keys.publicKey);
    const signature = signAs(this.#authority, 'tacit/upload-key', digest);
    return { publicKey: keys.publicKey, signature, held };
  }

  /**
   * Room for one body before it is read: UPLOAD_INVALID or AUTH_DENIED if the upload is not open or another owner's,
   * PARTY_BUSY if too many are under way. The result gives the room back; calling it again does nothing.
   */
  admitBody(id: string, owner: string): () => void {
    const open = this.#find(id, owner);
    const ofOwner = this.#bodies.get(owner) ?? 0;
    if (open.bodies >= BODIES_PER_UPLOAD_MAX || ofOwner >= BODIES_PER_OWNER_MAX) {
      const limit = `${BODIES_PER_UPLOAD_MAX} of one upload and ${BODIES_PER_OWNER_MAX} of one owner`;
      throw new TacitError('PARTY_BUSY', `bodies arrive already, at most ${limit}; send it later`);
    }
    open.bodies += 1;
    this.#bodies.set(owner, ofOwner + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      open.bodies -= 1;
      const left = (this.#bodies.get(owner) ?? 1) - 1;
      if (left > 0) this.#bodies.set(owner, left);
      else this.#bodies.delete(owner);
    };
  }

  /** Resolves when the blocks are flushed to storage. */
  async blocks(id: string, owner: string, sequence: number, sealed: Uint8Array): Promise<void> {
    const open = this.#find(id, owner);
    const write = async () => {
      // Its answer was lost on the way, and the owner's connection sent it again.
      if (sequence === open.sequence - 1) return;
      if (sequence !== open.sequence) {
        const expected = `body ${open.sequence} of upload ${id} comes next, not ${sequence}`;
        throw new TacitError('UPLOAD_INVALID', `${expected}; begin it again`);
      }
      const body = this.#unseal(open, id, sequence, sealed);
      const part = { ...open.part, self: this.#authority.self };
      await ingestBlocks(this.#context, this.#store, open.definition, part, body);
      open.sequence = sequence + 1;
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
   * No block is taken in any more, unless the commit is refused: UPLOAD_INVALID if a block is missing, COMMITMENT_MISMATCH
   * if one is not what its leaf says. Repeating it changes nothing, and waits for the check that is under way.
   * `audit` are the commitments to totals, which must be there if the table has any.
   */
  async commit(id: string, owner: string, audit?: PartAudit): Promise<void> {
    const upload = this.#requireOwn(id, owner);
    if (upload.committed) return;
    const open = await this.#close(id);
    try {
      const check = this.#checks.get(id) ?? this.#check(id, audit);
      this.#checks.set(id, check);
      const commitment = await check.finally(() => this.#checks.delete(id));
      await this.#store.commit(id, commitment);
    } catch (error) {
      // It may lack a block, which the owner may still send.
      if (open && !this.#open.has(id)) this.#open.set(id, open);
      throw error;
    }
  }

  async discard(id: string, owner: string): Promise<void> {
    this.#requireOwn(id, owner);
    await this.#close(id);
    await this.#store.discard(id);
  }

  /** Hashes every block of an upload that is stored, and gives its root. */
  async #check(id: string, audit: PartAudit | undefined): Promise<UploadCommitment> {
    const upload = this.#store.upload(id);
    if (!upload) throw unknownUpload(id);
    const definition = this.#definition(upload);
    checkComplete(definition, upload);
    const { crypto } = this.#context;
    const extra = checkAudit(crypto, this.#authority, definition, upload, audit);
    const part = { id, rows: upload.rows, definition, extra };
    const { self } = this.#authority;
    const check = new PartCheck(crypto, this.#store, self, part);
    // One block at a time: others are served in between.
    while (check.next()) await setImmediate();
    return { root: check.root(), extra, ...(audit && { audit }) };
  }

  #unseal({ keys }: Open, id: string, sequence: number, sealed: Uint8Array): Uint8Array {
    try {
      const context = sealedBodyContext(id, this.#authority.self, sequence);
      return unseal(keys.privateKey, sealed, context);
    } catch (cause) {
      const message = `body ${sequence} of upload ${id} is not sealed to this party's key, or altered`;
      throw new TacitError('UPLOAD_INVALID', message, undefined, { cause });
    }
  }

  #definition({ table }: PendingPart): TableDefinition {
    const key = tableKey(table);
    const found = this.#store.definitions().find(({ definition }) => {
      return tableKey(definition.table.name) === key;
    });
    if (found) return found.definition.table;
    throw new TacitError('UPLOAD_INVALID', `table ${table} must be defined first`);
  }

  #requireOwn(id: string, owner: string): Upload {
    const upload = this.#store.upload(id);
    if (upload === undefined) throw unknownUpload(id);
    if (upload.owner !== owner) throw foreignUpload(id);
    return upload;
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
      throw new TacitError('UPLOAD_INVALID', 'this upload is not open here; begin it (again)');
    }
    if (open.part.owner !== owner) throw foreignUpload(id);
    return open;
  }
}

function foreignUpload(id: string): TacitError {
  return new TacitError('AUTH_DENIED', `upload ${id} belongs to another owner`);
}
