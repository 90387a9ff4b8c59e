import type { PartySalts } from '../catalog/commitment.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Arena } from '../field/arena.ts';
import type { Kernels } from '../field/kernels.ts';
import { planeBytes } from '../field/planes.ts';

/** What splitting and expanding need; the arena is scratch memory and given back. */
export interface UploadContext {
  readonly crypto: CryptoProvider;
  readonly kernels: Kernels;
  readonly arena: Arena;
}

/**
 * Public form of a stored column: `width` value planes (two's complement or binary), a null plane if
 * nullable, 1 or 2 field elements a value (2: low 32 bits unsigned, then the rest signed) or none (secret
 * text, which then says its `bytes`). No value lies outside [min, max]; NULL is stored as 0.
 */
export interface StoredForm {
  readonly width: number;
  readonly nullable: boolean;
  readonly limbs: 0 | 1 | 2;
  readonly min: bigint;
  readonly max: bigint;
  readonly bytes?: number;
}

/** One component of a sharing: the 32-byte seed of an AES-256-CTR stream, or the bytes themselves. */
export type ComponentMessage = { readonly seed: Uint8Array } | { readonly bytes: Uint8Array };

/**
 * What one party receives about one block of one column (PROTOCOLS 7.1).
 * boolean: the party's two components of the XOR sharing, planes one after another (value bits LSB
 * first, then the null bit), `planeBytes(rows)` each. field: the party's Shamir share of every limb,
 * 8 bytes a row, canonical, little-endian; a seed stands for elements drawn from its stream.
 */
export interface BlockMessage {
  readonly column: number;
  readonly block: number;
  readonly rows: number;
  readonly boolean: { readonly left: ComponentMessage; readonly right: ComponentMessage };
  readonly field: readonly ComponentMessage[];
}

/** A block's message with the hashes of all leaves of its unit, in the order of `leafIndex`; these are equal for all parties. */
export interface CommittedBlock extends BlockMessage {
  readonly leaves: Uint8Array;
}

/** One request of an upload: the next blocks, and the seeds of the receiving party's salts, the same in every request. */
export interface UploadBody {
  readonly salts: PartySalts;
  readonly blocks: readonly CommittedBlock[];
}

/** Integers of one column of one block in the clear, at its owner; `nulls[r]` is 1 for NULL, 0 otherwise. */
export interface NumberBlock {
  readonly values: BigInt64Array;
  readonly nulls?: Uint8Array;
}

/**
 * Secret text of one column of one block in the clear, at its owner: the UTF-8 of all values one after another;
 * value r is the bytes from offsets[r] up to offsets[r + 1], none if it is NULL.
 */
export interface TextBlock {
  readonly text: Uint8Array;
  readonly offsets: Uint32Array;
  readonly nulls?: Uint8Array;
}

/** One column of one block in the clear. */
export type ColumnBlock = NumberBlock | TextBlock;

/** Rows of a block. */
export function blockLength(block: ColumnBlock): number {
  return 'values' in block ? block.values.length : Math.max(0, block.offsets.length - 1);
}

/** Parties of the one suite that is built: (n, t) = (3, 1). */
export const UPLOAD_PARTIES = 3;
/** Bytes of a seed. */
export const SEED_BYTES = 32;
/** Requests are filled up to so many bytes in their body, and to so many that a party stores for them. */
export const UPLOAD_BODY_BYTES = 5 * 1024 * 1024;
export const UPLOAD_STORED_BYTES = 4 * 1024 * 1024;
/** Longest body of one upload request before it is sealed: one block of the widest secret text, with its null plane. */
export const UPLOAD_BODY_BYTES_MAX = 17 * 1024 * 1024;
/** Most bytes that one request may make a party store: a seed is short but expands to a whole component. */
export const UPLOAD_STORED_BYTES_MAX = 33 * 1024 * 1024;

/** Bit-planes of a column: the value's, then the null bit's. */
export function planesOf(form: StoredForm): number {
  return form.width + (form.nullable ? 1 : 0);
}

/** Bytes of one Boolean component of a block: all its planes. */
export function componentBytes(form: StoredForm, rows: number): number {
  return planesOf(form) * planeBytes(rows);
}

/** Bytes that a party stores for one block, both forms together. */
export function storedBytes(form: StoredForm, rows: number): number {
  return 2 * componentBytes(form, rows) + form.limbs * rows * 8;
}

/** What a sealed request body is bound to: it opens at one party, for one upload, in one place of its sequence only. */
export function sealedBodyContext(part: string, party: number, sequence: number): Uint8Array {
  return new TextEncoder().encode(`tacit/upload-body/1|${part}|${party}|${sequence}`);
}
