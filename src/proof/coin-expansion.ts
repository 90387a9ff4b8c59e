import type { ByteStream, CryptoProvider } from '../crypto/provider.ts';
import { type CheckField, drawBeyond } from './check-field.ts';
import { QUERY_ID_BYTES } from './coins.ts';

/**
 * What the coins of a batch mean. A coin is the id of its query and 32 uniform bytes bound to it, the batch and their number
 * (coins.ts), used for one purpose; it keys a stream of elements of the field, with the query's id as the salt.
 */
function streamOf(crypto: CryptoProvider, coin: Uint8Array, purpose: string): ByteStream {
  const [queryId, value] = [coin.subarray(0, QUERY_ID_BYTES), coin.subarray(QUERY_ID_BYTES)];
  return crypto.stream(crypto.hkdf(value, queryId, `tacit/check|${purpose}`, 32));
}

/** Products have the weight block[k div PRODUCT_BLOCK] * place[k mod PRODUCT_BLOCK]. */
export const PRODUCT_BLOCK = 1024;

/** Two streams of uniform elements of F_p: weights of blocks of products, and of places in a block. */
export function productWeights(
  crypto: CryptoProvider,
  coin: Uint8Array,
): { readonly blocks: ByteStream; readonly places: ByteStream } {
  return {
    blocks: streamOf(crypto, coin, 'blocks'),
    places: streamOf(crypto, coin, 'places'),
  };
}

/** Word j of group w of AND gates has the weight alpha^w * omega[j]; none of them is zero. */
export interface BitWeights {
  readonly alpha: bigint;
  readonly omega: readonly bigint[];
}

/** Weights of groups of 2^variables words. */
export function bitWeights(
  crypto: CryptoProvider,
  field: CheckField,
  coin: Uint8Array,
  variables: number,
): BitWeights {
  const stream = streamOf(crypto, coin, 'words');
  const alpha = drawBeyond(field, stream, 1n);
  const omega = Array.from({ length: 2 ** variables }, () => drawBeyond(field, stream, 1n));
  return { alpha, omega };
}

/** The point at which a level's polynomials are evaluated: one uniform element per variable. */
export function levelPoint(
  crypto: CryptoProvider,
  field: CheckField,
  coin: Uint8Array,
  variables: number,
): bigint[] {
  const stream = streamOf(crypto, coin, 'level');
  return Array.from({ length: variables }, () => field.draw(stream));
}

/** The point of the last step: neither 0 nor 1, where the masks would be missing or the claim alone be opened. */
export function lastPoint(crypto: CryptoProvider, field: CheckField, coin: Uint8Array): bigint {
  return drawBeyond(field, streamOf(crypto, coin, 'last'), 2n);
}
