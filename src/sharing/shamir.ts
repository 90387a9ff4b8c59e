import { TacitError } from '../errors/tacit-error.ts';
import { lagrange, mod, P } from '../field/p61.ts';

/**
 * Shamir secret sharing over F_p [Sha79]: a secret is f(0) of a random polynomial of degree at most t, party i
 * (0-based) holds f(i + 1). Any t shares are independent of the secret, any t + 1 determine it.
 */

/** Evaluation point of a party. */
export function pointOf(party: number): bigint {
  return BigInt(party + 1);
}

/** Shares of one secret for n parties; `coefficients` are t fresh uniform elements (f's from degree 1 up). */
export function splitShamir(
  secret: bigint,
  parties: number,
  coefficients: readonly bigint[],
): bigint[] {
  return Array.from({ length: parties }, (_, party) => {
    const x = pointOf(party);
    const tail = coefficients.reduceRight((sum, c) => mod((sum + c) * x), 0n);
    return mod(secret + tail);
  });
}

/**
 * The secret of a full set of shares of the given parties. All shares beyond the first t + 1 must lie on
 * the polynomial of those; otherwise OPENING_INCONSISTENT (PROTOCOLS 1.8). `what` names the value in the error.
 */
export function reconstructShamir(
  shares: readonly bigint[],
  parties: readonly number[],
  threshold: number,
  what: string,
): bigint {
  const points = parties.map(pointOf);
  const base = points.slice(0, threshold + 1);
  const at = (x: bigint) =>
    lagrange(base, x).reduce((sum, l, k) => mod(sum + l * (shares[k] ?? 0n)), 0n);
  for (let k = 0; k < shares.length; k++) {
    const share = shares[k] ?? P;
    if (share < 0n || share >= P || at(points[k] ?? 0n) !== share) {
      throw new TacitError(
        'OPENING_INCONSISTENT',
        `the parties' shares of ${what} do not belong to one value; the answer is withheld`,
      );
    }
  }
  return at(0n);
}
