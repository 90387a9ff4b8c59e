import type { CryptoProvider } from '../crypto/provider.ts';
import { addBlindings, blindingFrom } from './pedersen.ts';

/** Bytes of the seed of one component of all blindings of a part. */
export const BLINDING_SEED_BYTES = 32;
/** A blinding is the sum of three components; party i knows components i and i + 1 (replicated sharing). */
export const BLINDING_COMPONENTS = 3;

/**
 * Seeds of the three components of all blindings of one part, from the secret of its upload. `totals` is a digest of
 * what is committed to: a blinding that hid two different values would tell their difference.
 */
export function blindingSeeds(
  crypto: CryptoProvider,
  uploadSeed: Uint8Array,
  part: string,
  totals: Uint8Array,
): Uint8Array[] {
  return Array.from({ length: BLINDING_COMPONENTS }, (_, component) => {
    const info = `tacit/audit-seed/1|${part}|${component}`;
    return crypto.hkdf(uploadSeed, totals, info, BLINDING_SEED_BYTES);
  });
}

/** One component of the blinding of the part's commitment number `index`: nothing but the seed is ever stored. */
export function blindingComponent(
  crypto: CryptoProvider,
  seed: Uint8Array,
  part: string,
  index: number,
): bigint {
  const info = `tacit/audit-blinding/1|${part}|${index}`;
  return blindingFrom(crypto.hkdf(seed, new Uint8Array(), info, 64));
}

/** The whole blinding, at the owner, who has all three seeds. */
export function wholeBlinding(
  crypto: CryptoProvider,
  seeds: readonly Uint8Array[],
  part: string,
  index: number,
): bigint {
  return addBlindings(seeds.map((seed) => blindingComponent(crypto, seed, part, index)));
}
