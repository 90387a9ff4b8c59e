import {
  LEAF_BYTES,
  type LeafHolder,
  leafHash,
  leafIndex,
  leafSalt,
  type PartySalts,
  SALT_BYTES,
} from '../catalog/commitment.ts';
import type { TableDefinition } from '../catalog/table.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { BLOCK_ROWS, planeBytes } from '../field/planes.ts';
import type { BlockKey } from './share-store.ts';

/** Parties of the one suite that is built. */
const PARTIES = 3;

/** What a party needs to check that bytes are those that their owner committed to. */
export interface LeafHolding {
  readonly crypto: CryptoProvider;
  /** 0-based number of this party. */
  readonly self: number;
  readonly salts: PartySalts;
}

/** Rows of one block of a part: BLOCK_ROWS, fewer in the last block, 0 behind it. */
export function blockRows(partRows: number, block: number): number {
  return Math.max(0, Math.min(BLOCK_ROWS, partRows - block * BLOCK_ROWS));
}

/** The salts as one block of the store. */
export function packSalts({ field, left, right }: PartySalts): Uint8Array {
  const bytes = new Uint8Array(SALTS_BYTES);
  for (const [k, seed] of [left, right, field].entries()) bytes.set(seed, k * SALT_BYTES);
  return bytes;
}

/** Bytes of {@link packSalts}. */
export const SALTS_BYTES = 3 * SALT_BYTES;

/** The inverse of {@link packSalts}; copies. */
export function unpackSalts(bytes: Uint8Array): PartySalts {
  const seed = (k: number) => bytes.slice(k * SALT_BYTES, (k + 1) * SALT_BYTES);
  return { left: seed(0), right: seed(1), field: seed(2) };
}

/**
 * Recomputes the leaves of one stored block of `rows` rows, 'boolean' or 'field', from its bytes and compares them with
 * those of its unit. COMMITMENT_MISMATCH names column, block and form.
 */
export function checkBlock(
  { crypto, salts, self }: LeafHolding,
  definition: TableDefinition,
  key: BlockKey,
  rows: number,
  bytes: Uint8Array,
  unitLeaves: Uint8Array,
): void {
  const check = (leaf: LeafHolder, seed: Uint8Array, pieces: readonly Uint8Array[]) => {
    const place = { part: key.part, column: key.column, block: key.block, ...leaf };
    const hash = leafHash(crypto, place, leafSalt(crypto, seed, place), pieces);
    const at = LEAF_BYTES * leafIndex(leaf);
    if (!isEqual(hash, unitLeaves.subarray(at, at + LEAF_BYTES))) {
      throw differs(definition, key, leaf);
    }
  };
  if (key.form === 'field') {
    check({ form: 'field', limb: key.limb, holder: self }, salts.field, [bytes]);
    return;
  }
  const components = [
    { holder: self, seed: salts.left },
    { holder: (self + 1) % PARTIES, seed: salts.right },
  ];
  for (const [side, { holder, seed }] of components.entries()) {
    check({ form: 'boolean', limb: 0, holder }, seed, planesOf(bytes, planeBytes(rows), side));
  }
}

/** Planes of one component: the store keeps left and right of each plane side by side. */
function planesOf(bytes: Uint8Array, stride: number, side: number): Uint8Array[] {
  const planes: Uint8Array[] = [];
  for (let at = side * stride; at < bytes.length; at += 2 * stride) {
    planes.push(bytes.subarray(at, at + stride));
  }
  return planes;
}

/** Leaves are public: no secret is compared. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, k) => byte === b[k]);
}

function differs(
  { columns, name }: TableDefinition,
  { block, column, part }: BlockKey,
  { form, holder, limb }: LeafHolder,
): TacitError {
  const which = form === 'boolean' ? `component ${holder}` : `limb ${limb}`;
  const where = `block ${block} of ${name}.${columns[column]?.name} (${form}, ${which})`;
  return new TacitError(
    'COMMITMENT_MISMATCH',
    `${where} of part ${part} is not what its owner committed to`,
  );
}
