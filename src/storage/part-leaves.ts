import { LEAF_BYTES, leavesOf, leavesOfUnit, MerkleList, partRoot } from '../catalog/commitment.ts';
import {
  type ColumnDefinition,
  limbCount,
  planeCount,
  type TableDefinition,
} from '../catalog/table.ts';
import { invariant, TacitError } from '../errors/tacit-error.ts';
import { planeBytes } from '../field/planes.ts';
import { blockRows, checkBlock, type LeafHolding, SALTS_BYTES, unpackSalts } from './leaf-check.ts';
import type { BlockKey, ShareStore } from './share-store.ts';
import { saltsKey, unitCount, unitKeys } from './upload-rules.ts';

type Crypto = LeafHolding['crypto'];

/** A part as stored at one party: whose leaves, of how many rows, by which definition. */
export interface StoredPart {
  readonly id: string;
  readonly rows: number;
  readonly definition: TableDefinition;
  /** Digest of further commitments under the same root; null if there are none. */
  readonly extra: string | null;
}

/** Bytes of the leaves of one unit of a column. */
function leafBytes(column: ColumnDefinition): number {
  return LEAF_BYTES * leavesOfUnit(limbCount(column));
}

/** Bytes of all leaves of a part. */
export function listBytes({ definition, rows }: StoredPart): number {
  const perBlock = definition.columns.reduce((sum, column) => sum + leafBytes(column), 0);
  return (unitCount(definition, rows) / definition.columns.length) * perBlock;
}

/** All leaves of a part, whose root was found to be the one that was signed. */
export class PartLeaves {
  readonly #columns: readonly { readonly offset: number; readonly bytes: number }[];
  readonly #blockBytes: number;
  readonly #list: Uint8Array;

  /** Reads the list; COMMITMENT_MISMATCH unless `root` is its root. Bounded by {@link listBytes}. */
  constructor(crypto: Crypto, store: ShareStore, part: StoredPart, root: string) {
    let offset = 0;
    this.#columns = part.definition.columns.map((column) => {
      const bytes = leafBytes(column);
      const place = { offset, bytes };
      offset += bytes;
      return place;
    });
    this.#blockBytes = offset;
    this.#list = new Uint8Array(listBytes(part));
    const merkle = new MerkleList(crypto);
    const { definition, extra, id, rows } = part;
    for (let unit = 0, at = 0; unit < unitCount(definition, rows); unit++) {
      const leaves = unitLeaves(store, part, unit);
      this.#list.set(leaves, at);
      at += leaves.length;
      merkle.add(leaves);
    }
    if (partRoot(crypto, { id, rows, leaves: leavesOf(merkle), extra }) === root) return;
    const message = `the leaves stored of part ${id} of table ${definition.name} are not those of its version`;
    throw new TacitError('COMMITMENT_MISMATCH', message);
  }

  /** The leaves of one column of one block. */
  unit(column: number, block: number): Uint8Array {
    const place = this.#columns[column];
    invariant(place !== undefined, 'a column of the part');
    const at = block * this.#blockBytes + place.offset;
    return this.#list.subarray(at, at + place.bytes);
  }
}

/**
 * Re-checks an upload that has arrived whole, unit by unit, from the bytes that the store holds: memory is bounded by one
 * block. What comes out in the end is the part's root.
 */
export class PartCheck {
  readonly #store: ShareStore;
  readonly #part: StoredPart;
  readonly #holding: LeafHolding;
  readonly #merkle: MerkleList;
  readonly #units: number;
  #unit = 0;

  constructor(crypto: Crypto, store: ShareStore, self: number, part: StoredPart) {
    this.#store = store;
    this.#part = part;
    this.#merkle = new MerkleList(crypto);
    this.#units = unitCount(part.definition, part.rows);
    this.#holding = { crypto, self, salts: readSalts(store, part) };
  }

  /** Checks the next unit; false if there is none. COMMITMENT_MISMATCH names column, block and form. */
  next(): boolean {
    if (this.#unit === this.#units) return false;
    const { definition, id, rows } = this.#part;
    const leaves = unitLeaves(this.#store, this.#part, this.#unit);
    for (const key of unitKeys(definition, id, this.#unit)) {
      const length = storedLength(definition, key, rows);
      if (length === undefined) continue;
      const bytes = this.#store.read(key, length);
      checkBlock(this.#holding, definition, key, blockRows(rows, key.block), bytes, leaves);
    }
    this.#merkle.add(leaves);
    this.#unit++;
    return true;
  }

  /** The root of what was checked, in lower-case hex. */
  root(): string {
    invariant(this.#unit === this.#units, 'every unit was checked');
    const { extra, id, rows } = this.#part;
    const leaves = leavesOf(this.#merkle);
    return partRoot(this.#holding.crypto, { id, rows, leaves, extra });
  }
}

/** The seeds of this party's salts of a part; nothing was sent of a part without rows. */
export function readSalts(store: ShareStore, { id, rows }: { id: string; rows: number }) {
  const empty = rows === 0;
  return unpackSalts(empty ? new Uint8Array(SALTS_BYTES) : store.read(saltsKey(id), SALTS_BYTES));
}

/** A copy of a unit's leaves as they arrived. */
function unitLeaves(store: ShareStore, { definition, id }: StoredPart, unit: number): Uint8Array {
  const { columns } = definition;
  const column = unit % columns.length;
  const block = Math.floor(unit / columns.length);
  const described = columns[column];
  invariant(described !== undefined, 'a column of the part');
  const key: BlockKey = { part: id, column, form: 'leaves', limb: 0, block };
  return store.read(key, leafBytes(described)).slice();
}

/** Bytes of a block of shares; undefined for what is not shares. */
function storedLength(
  { columns }: TableDefinition,
  { block, column, form }: BlockKey,
  partRows: number,
): number | undefined {
  const described = columns[column];
  const rows = blockRows(partRows, block);
  if (!described || (form !== 'boolean' && form !== 'field')) return undefined;
  return form === 'field' ? 8 * rows : 2 * planeCount(described) * planeBytes(rows);
}
