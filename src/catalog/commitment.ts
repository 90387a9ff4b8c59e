import { hex } from '../crypto/hex.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Hashing } from './digest.ts';

/**
 * An owner's salted Merkle commitment to the shares of one part (PROTOCOLS 5.2). Every block of every column has one leaf
 * per replicated component, the same for both of its holders, and one per limb and party. All leaf hashes of a part are
 * known to all parties; the root over them is in the signed version. Pure, for parties, owners and offline verifiers.
 */

/** Bytes of a leaf, of a node and of a root. */
export const LEAF_BYTES = 32;
/** Bytes of a salt, and of the seed that salts are derived from. */
export const SALT_BYTES = 32;
/** Components of a replicated value, and parties: of the one suite that is built. */
const HOLDERS = 3;

/** Whose bytes: component `holder` of the Boolean form (limb 0), or party `holder`'s Shamir shares of one limb. */
export interface LeafHolder {
  readonly form: 'boolean' | 'field';
  readonly limb: number;
  readonly holder: number;
}

/** One column of one block of a part. */
export interface UnitPlace {
  readonly part: string;
  readonly column: number;
  readonly block: number;
}

/** The shares that one leaf is about. */
export type LeafPlace = UnitPlace & LeafHolder;

/** Leaves of one unit (a column of a block), the column being stored with so many limbs. */
export function leavesOfUnit(limbs: number): number {
  return HOLDERS * (1 + limbs);
}

/** Seeds of the salts that one party needs: of its two components, and of its own Shamir shares. Secret. */
export interface PartySalts {
  readonly left: Uint8Array;
  readonly right: Uint8Array;
  readonly field: Uint8Array;
}

/** Position of a leaf in its unit: the components first, then each limb's parties. */
export function leafIndex({ form, holder, limb }: LeafHolder): number {
  return form === 'boolean' ? holder : HOLDERS * (1 + limb) + holder;
}

/** Where the leaf number `index` of a unit belongs; the inverse of {@link leafIndex}. */
export function leafHolder(index: number): LeafHolder {
  const group = Math.floor(index / HOLDERS);
  const holder = index % HOLDERS;
  return group === 0
    ? { form: 'boolean', limb: 0, holder }
    : { form: 'field', limb: group - 1, holder };
}

/** The salt of a leaf, from the seed that only the holders of its bytes and the owner know. */
export function leafSalt(crypto: CryptoProvider, seed: Uint8Array, place: LeafPlace): Uint8Array {
  return crypto.hkdf(seed, new Uint8Array(), `tacit/leaf-salt/1|${placeText(place)}`, SALT_BYTES);
}

/**
 * SHA-256('tacit/leaf/1|' part | column | form | limb | holder | block | salt | bytes). The bytes are a component's
 * planes one after another, or 8 bytes a row, as canonical elements; they may come in pieces.
 */
export function leafHash(
  crypto: Hashing,
  place: LeafPlace,
  salt: Uint8Array,
  pieces: readonly Uint8Array[],
): Uint8Array {
  const head = new TextEncoder().encode(`tacit/leaf/1|${placeText(place)}`);
  return crypto.sha256(head, salt, ...pieces);
}

/** No field can hold a '|': ids are hex, the rest are numbers and words. */
function placeText({ block, column, form, holder, limb, part }: LeafPlace): string {
  return `${part}|${column}|${form}|${limb}|${holder}|${block}|`;
}

const NODE = new TextEncoder().encode('tacit/node/1|');
const RIGHT = NODE.length + LEAF_BYTES;

/**
 * Root of a list of 32-byte entries, taken in one after another; keeps one node per level. The left side of a node has
 * the largest power of two of entries that leaves some for the right (as in RFC 6962); {@link partRoot} binds their number.
 */
export class MerkleList {
  readonly #crypto: Hashing;
  readonly #node = new Uint8Array(RIGHT + LEAF_BYTES);
  /** Roots of the full trees so far, the largest first: one for each bit of the count. */
  readonly #roots: Uint8Array[] = [];
  #count = 0;

  constructor(crypto: Hashing) {
    this.#crypto = crypto;
    this.#node.set(NODE);
  }

  /** Entries so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds all entries of a list of whole entries, by value. */
  add(entries: Uint8Array): void {
    for (let at = 0; at < entries.length; at += LEAF_BYTES) {
      let root: Uint8Array = entries.slice(at, at + LEAF_BYTES);
      for (let k = this.#count; k % 2 === 1; k = Math.floor(k / 2)) {
        root = this.#join(this.#roots.pop() as Uint8Array, root);
      }
      this.#roots.push(root);
      this.#count++;
    }
  }

  /** Root of what was added; of nothing: 32 zeros. More may be added afterwards. */
  root(): Uint8Array {
    const root = this.#roots.reduceRight<Uint8Array | undefined>(
      (right, left) => (right ? this.#join(left, right) : left),
      undefined,
    );
    return root ?? new Uint8Array(LEAF_BYTES);
  }

  #join(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.#node.set(left, NODE.length);
    this.#node.set(right, RIGHT);
    return this.#crypto.sha256(this.#node);
  }
}

/** What the root of a part is about. */
export interface PartCommitment {
  readonly id: string;
  readonly rows: number;
  /** Number of leaves and their root, in lower-case hex. */
  readonly leaves: { readonly count: number; readonly root: string };
  /** Digest in lower-case hex of further commitments to the same rows; null if there are none. */
  readonly extra: string | null;
}

/** The root of a part in lower-case hex: what {@link PartCommitment} says, and nothing else. */
export function partRoot(crypto: Hashing, commitment: PartCommitment): string {
  const { extra, id, leaves, rows } = commitment;
  const text = `tacit/part/1|${id}|${rows}|${leaves.count}|${leaves.root}|${extra ?? 'none'}`;
  return hex(crypto.sha256(new TextEncoder().encode(text)));
}

/** What {@link partRoot} needs of the leaves. */
export function leavesOf(list: MerkleList): PartCommitment['leaves'] {
  return { count: list.count, root: hex(list.root()) };
}
