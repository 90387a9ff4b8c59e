import type { TableDefinition } from '../catalog/table.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { blockRows, checkBlock, type LeafHolding } from './leaf-check.ts';
import { listBytes, PartLeaves, readSalts } from './part-leaves.ts';
import type { BlockKey, ShareStore } from './share-store.ts';

/** A part as all parties agreed to read it. */
export interface AgreedPart {
  readonly id: string;
  readonly rows: number;
  /** The root that its owner and all parties signed. */
  readonly root: string;
}

/** Where one stored block of shares is within its part. */
export type ShareKey = Omit<BlockKey, 'part' | 'form'> & { readonly form: 'boolean' | 'field' };

/** What an execution reads stored shares from. */
export interface ShareReader {
  /**
   * The bytes of one block of a part of `table`, valid until the next call. STORAGE_CORRUPT if it is missing or not
   * `length` long, COMMITMENT_MISMATCH if it is not what its owner committed to.
   */
  read(table: string, part: AgreedPart, key: ShareKey, length: number): Uint8Array;
}

/** Lists of leaves that are kept, in bytes; one list is kept whatever its size. */
const KEPT_BYTES_MAX = 32 * 1024 * 1024;

interface Loaded {
  readonly leaves: PartLeaves;
  readonly holding: LeafHolding;
  readonly definition: TableDefinition;
  readonly bytes: number;
}

/**
 * The stored shares of one party for one execution: every block is hashed when it is first read and compared with its
 * leaf, and the leaves with the root that all parties agreed on, before a byte of it is used (PROTOCOLS 5.2, attack 21).
 * Blocks are the same for the whole execution, so that one which is read in several chunks is hashed once.
 */
export class VerifiedShares implements ShareReader {
  readonly #store: ShareStore;
  readonly #crypto: CryptoProvider;
  readonly #self: number;
  readonly #parts = new Map<string, Loaded>();
  readonly #verified = new Set<string>();
  #keptBytes = 0;

  constructor(store: ShareStore, crypto: CryptoProvider, self: number) {
    this.#store = store;
    this.#crypto = crypto;
    this.#self = self;
  }

  read(table: string, part: AgreedPart, key: ShareKey, length: number): Uint8Array {
    const at: BlockKey = { ...key, part: part.id };
    const name = `${part.id}|${part.root}|${key.column}|${key.form}|${key.limb}|${key.block}`;
    if (this.#verified.has(name)) return this.#store.read(at, length);
    const { definition, holding, leaves } = this.#load(table, part);
    const bytes = this.#store.read(at, length);
    const rows = blockRows(part.rows, key.block);
    checkBlock(holding, definition, at, rows, bytes, leaves.unit(key.column, key.block));
    this.#verified.add(name);
    return bytes;
  }

  #load(table: string, part: AgreedPart): Loaded {
    const name = `${part.id}|${part.root}`;
    const known = this.#parts.get(name);
    if (known) return known;
    const definition = this.#definition(table);
    const { id, root, rows } = part;
    const extra = this.#store.upload(id)?.extra ?? null;
    const stored = { id, rows, definition, extra };
    const leaves = new PartLeaves(this.#crypto, this.#store, stored, root);
    const salts = readSalts(this.#store, part);
    const holding = { crypto: this.#crypto, self: this.#self, salts };
    const loaded = { leaves, holding, definition, bytes: listBytes(stored) };
    this.#keep(name, loaded);
    return loaded;
  }

  /** Forgets the oldest lists when they become too many; they are checked again when they are needed. */
  #keep(name: string, loaded: Loaded): void {
    for (const [oldest, { bytes }] of this.#parts) {
      if (this.#keptBytes + loaded.bytes <= KEPT_BYTES_MAX) break;
      this.#parts.delete(oldest);
      this.#keptBytes -= bytes;
    }
    this.#parts.set(name, loaded);
    this.#keptBytes += loaded.bytes;
  }

  #definition(table: string): TableDefinition {
    const found = this.#store.tables().find(({ definition }) => definition.name === table);
    if (found) return found.definition;
    throw new TacitError('STORAGE_CORRUPT', `table ${table} is not stored here any more`);
  }
}
