import type { CryptoProvider } from '../crypto/provider.ts';
import type { ColumnBlock } from './upload.ts';
import { SEED_BYTES } from './upload.ts';

/** Gives the seed of one component of one block; every name is used once. */
export type ComponentSeeds = (component: string) => Uint8Array;

/**
 * The seeds of a block's components, from the secret seed of its upload: whoever splits the same block of the same
 * upload again gets the same shares. The content's digest is part of the derivation, so other content never meets the
 * same stream: a one-time pad that was used twice would tell the difference of both contents.
 */
export function blockSeeds(
  crypto: CryptoProvider,
  uploadSeed: Uint8Array,
  place: { readonly part: string; readonly column: number; readonly block: number },
  contentDigest: Uint8Array,
): ComponentSeeds {
  const { block, column, part } = place;
  return (component) => {
    const info = `tacit/upload/1|${part}|${column}|${block}|${component}`;
    return crypto.hkdf(uploadSeed, contentDigest, info, SEED_BYTES);
  };
}

/** SHA-256 of one column of one block in the clear. It tells the content to whoever guesses it: it stays at the owner. */
export function contentDigest(crypto: CryptoProvider, block: ColumnBlock): Uint8Array {
  const nulls = block.nulls ?? new Uint8Array();
  const isText = 'text' in block;
  const form = Uint8Array.of(isText ? 1 : 0, block.nulls ? 1 : 0);
  const first = isText ? bytesOf(block.offsets) : bytesOf(block.values);
  return crypto.sha256(form, nulls, first, isText ? block.text : new Uint8Array());
}

function bytesOf(view: BigInt64Array | Uint32Array): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
