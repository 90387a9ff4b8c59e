import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant, TacitError } from '../errors/tacit-error.ts';
import {
  addBlindings,
  BLINDING_BYTES,
  blindingFrom,
  decodeBlinding,
  encodeBlinding,
} from './pedersen.ts';

/** A blinding is the sum of three components; party i knows components i and i + 1 (mod 3) [CDI05]. */
const COMPONENTS = 3;

/** The seeds of the two components that one party knows of all blindings of one part. */
export interface PartSeeds {
  readonly part: string;
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

/**
 * One component of the blinding of the part's commitment number `index`; nothing but its seed is ever stored. The seed is
 * that of the salts of one replicated component (catalog/commitment.ts), which its holders and the owner know.
 */
function blindingComponent(
  crypto: CryptoProvider,
  seed: Uint8Array,
  part: string,
  index: number,
): bigint {
  const info = `tacit/audit-blinding/1|${part}|${index}`;
  return blindingFrom(crypto.hkdf(seed, new Uint8Array(), info, 64));
}

/** The whole blinding, at the owner, who has the seeds of all three components. */
export function wholeBlinding(
  crypto: CryptoProvider,
  seeds: readonly Uint8Array[],
  part: string,
  index: number,
): bigint {
  invariant(seeds.length === COMPONENTS, 'a blinding has three components');
  return addBlindings(seeds.map((seed) => blindingComponent(crypto, seed, part, index)));
}

/** Bytes of {@link blindingShares} for so many totals. */
export function blindingSharesBytes(totals: number): number {
  return 2 * BLINDING_BYTES * totals;
}

/** One party's result shares, and behind them what {@link blindingShares} gave for so many totals. */
export function splitShares(shares: Uint8Array, totals: number) {
  const at = Math.max(0, shares.length - blindingSharesBytes(totals));
  return { results: shares.subarray(0, at), blindings: shares.subarray(at) };
}

/**
 * What one party tells the analyst of the blindings of totals over all given parts: for each total (the number of its
 * commitment in every part) the sum of the left components, then of the right ones, 32 bytes each.
 */
export function blindingShares(
  crypto: CryptoProvider,
  parts: readonly PartSeeds[],
  totals: readonly number[],
): Uint8Array {
  const shares = new Uint8Array(blindingSharesBytes(totals.length));
  for (const [k, index] of totals.entries()) {
    for (const [side, name] of (['left', 'right'] as const).entries()) {
      const sum = addBlindings(
        parts.map((seeds) => blindingComponent(crypto, seeds[name], seeds.part, index)),
      );
      shares.set(encodeBlinding(sum), (2 * k + side) * BLINDING_BYTES);
    }
  }
  return shares;
}

/**
 * The blindings of totals from what the three parties sent, in their order.
 *
 * @throws PEER_PROTOCOL for a wrong length or form, OPENING_INCONSISTENT naming two parties whose copies differ
 */
export function combineBlindings(shares: readonly Uint8Array[], totals: number): bigint[] {
  invariant(shares.length === COMPONENTS, 'blindings are shared by three parties');
  const read = shares.map((bytes, party) => readShares(bytes, party, totals));
  return Array.from({ length: totals }, (_, k) => {
    const components = read.map((own, party) => {
      const next = (party + 1) % COMPONENTS;
      const [left, copy] = [own[2 * k + 1], read[next]?.[2 * k]];
      if (left !== copy) throw unequal(party, next);
      return own[2 * k] ?? 0n;
    });
    return addBlindings(components);
  });
}

function readShares(bytes: Uint8Array, party: number, totals: number): bigint[] {
  const malformed = () =>
    new TacitError('PEER_PROTOCOL', `party ${party + 1} sent no canonical blindings of totals`);
  if (bytes.length !== blindingSharesBytes(totals)) throw malformed();
  return Array.from({ length: 2 * totals }, (_, k) => {
    const at = k * BLINDING_BYTES;
    const component = decodeBlinding(bytes.subarray(at, at + BLINDING_BYTES));
    if (component === undefined) throw malformed();
    return component;
  });
}

function unequal(a: number, b: number): TacitError {
  return new TacitError(
    'OPENING_INCONSISTENT',
    `parties ${a + 1} and ${b + 1} sent different copies of a share of a total's blinding: one of them altered it; ` +
      'the answer is withheld',
  );
}
