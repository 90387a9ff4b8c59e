import { TacitError } from '../../errors/tacit-error.ts';
import type { ResultShape } from '../../planner/result-shape.ts';
import type { Opened } from '../../program/opened.ts';

/** p = 2^61 - 1. */
export const FIELD_PRIME = 2n ** 61n - 1n;
/** Bytes of one share: little-endian, canonical. */
const SHARE_BYTES = 8;

/** What the three parties sealed to the analyst, in party order. */
export type ShareVectors = readonly [Uint8Array, Uint8Array, Uint8Array];

/**
 * Opens the parties' result shares: planes if the shape is that of a relation, else scalars (signed). Nothing was sealed
 * for a result that is public: then all vectors are empty.
 *
 * @throws see {@link reconstruct} and {@link reconstructPlanes}
 */
export function openResult({ relation }: ResultShape, vectors: ShareVectors): Opened {
  return relation === undefined
    ? { scalars: reconstruct(vectors), planes: [] }
    : { scalars: [], planes: reconstructPlanes(vectors, relation.rows) };
}

/**
 * Reconstructs planes of `rows` bits from replicated XOR shares: party i sends its components i and i + 1 (mod 3) of all planes,
 * first the one and then the other, ceil(rows / 8) bytes each. Both copies of every component must be equal, so that any
 * one altered share is noticed.
 *
 * @throws PEER_PROTOCOL for wrong lengths, OPENING_INCONSISTENT naming the two parties whose copies differ
 */
export function reconstructPlanes(vectors: ShareVectors, rows: number): Uint8Array[] {
  const stride = Math.ceil(rows / 8);
  const [{ length }] = vectors;
  if (vectors.some((vector) => vector.length !== length)) {
    throw new TacitError('PEER_PROTOCOL', 'the parties sent result planes of different lengths');
  }
  if (length === 0) return [];
  if (stride === 0 || length % (2 * stride) !== 0) {
    throw new TacitError('PEER_PROTOCOL', 'the parties sent a fraction of a result plane');
  }
  const half = length / 2;
  const components = vectors.map((vector, party) => {
    const next = (party + 1) % 3;
    const copy = vectors[next]?.subarray(0, half) ?? new Uint8Array();
    requireEqualCopies(vector.subarray(half), copy, party, next, stride);
    return vector.subarray(0, half);
  });
  const opened = new Uint8Array(half);
  for (const component of components) {
    for (let k = 0; k < half; k++) opened[k] = (opened[k] ?? 0) ^ (component[k] ?? 0);
  }
  return Array.from({ length: half / stride }, (_, k) =>
    opened.slice(k * stride, (k + 1) * stride),
  );
}

function requireEqualCopies(
  a: Uint8Array,
  b: Uint8Array,
  first: number,
  second: number,
  stride: number,
): void {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  if (at === a.length) return;
  throw new TacitError(
    'OPENING_INCONSISTENT',
    `parties ${first + 1} and ${second + 1} sent different copies of a share of result plane ` +
      `${Math.floor(at / stride)}: one of them altered it, or the owner of a table uploaded inconsistent ` +
      'shares; the answer is withheld',
  );
}

/**
 * Reconstructs secrets from the shares of all three parties, f(1), f(2), f(3) of a polynomial f of
 * degree at most 1 with f(0) the secret [Sha79]. Any one altered share is noticed, because two honest
 * shares fix the line.
 *
 * @param vectors one byte vector per party, in party order: 8 bytes little-endian per secret
 * @returns signed secrets in (-2^60, 2^60]
 * @throws PEER_PROTOCOL for wrong lengths or values, OPENING_INCONSISTENT if three shares are not on a line
 */
export function reconstruct(vectors: ShareVectors): bigint[] {
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
