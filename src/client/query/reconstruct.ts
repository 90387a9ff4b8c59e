import { TacitError } from '../../errors/tacit-error.ts';

/** p = 2^61 - 1. */
export const FIELD_PRIME = 2n ** 61n - 1n;
/** Bytes of one share: little-endian, canonical. */
const SHARE_BYTES = 8;

/**
 * Reconstructs secrets from the shares of all three parties, f(1), f(2), f(3) of a polynomial f of
 * degree at most 1 with f(0) the secret [Sha79]. Any one altered share is noticed, because two honest
 * shares fix the line.
 *
 * @param vectors one byte vector per party, in party order: 8 bytes little-endian per secret
 * @returns signed secrets in (-2^60, 2^60]
 * @throws PEER_PROTOCOL for wrong lengths or values, OPENING_INCONSISTENT if three shares are not on a line
 */
export function reconstruct(vectors: readonly [Uint8Array, Uint8Array, Uint8Array]): bigint[] {
  const [first, second, third] = vectors.map(readShares);
  if (first === undefined || second === undefined || third === undefined) return [];
  if (first.length !== second.length || first.length !== third.length) {
    throw new TacitError('PEER_PROTOCOL', 'the parties sent result shares of different lengths');
  }
  return first.map((y1, i) => {
    const y2 = second[i] ?? 0n;
    const y3 = third[i] ?? 0n;
    if ((y1 - 2n * y2 + y3) % FIELD_PRIME !== 0n) {
      throw new TacitError(
        'OPENING_INCONSISTENT',
        `the three shares of result value ${i} do not lie on a line: a party altered its share, or the ` +
          'owner of a table uploaded inconsistent shares; the answer is withheld',
      );
    }
    return signed(2n * y1 - y2);
  });
}

/** The representative of x mod p in (-p/2, p/2). */
function signed(x: bigint): bigint {
  const residue = ((x % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;
  return residue > FIELD_PRIME / 2n ? residue - FIELD_PRIME : residue;
}

function readShares(bytes: Uint8Array, party: number): bigint[] {
  if (bytes.length % SHARE_BYTES !== 0) {
    throw new TacitError('PEER_PROTOCOL', `party ${party + 1} sent a fraction of a result share`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shares: bigint[] = [];
  for (let at = 0; at < bytes.length; at += SHARE_BYTES) {
    const share = view.getBigUint64(at, true);
    if (share >= FIELD_PRIME) {
      throw new TacitError(
        'PEER_PROTOCOL',
        `party ${party + 1} sent a result share outside the field`,
      );
    }
    shares.push(share);
  }
  return shares;
}
