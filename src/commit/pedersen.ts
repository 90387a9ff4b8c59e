import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { invariant } from '../errors/tacit-error.ts';

/** Bytes of a commitment (a point in its one canonical encoding, RFC 9496) and of a blinding (little-endian). */
export const COMMITMENT_BYTES = 32;
export const BLINDING_BYTES = 32;

/** What H is hashed from (RFC 9380, ristretto255_XMD:SHA-512_R255MAP_RO_): nobody knows a d with H = d * G. */
const H_MESSAGE = 'second generator of Pedersen commitments';
const H_TAG = 'tacit/pedersen/1';

/** Window of the table of multiples of H, as the library has it for G. */
const TABLE_BITS = 8;

const Point = ristretto255.Point;
const G = Point.BASE;
/** Made when it is first needed: most processes never commit to anything. */
let second: typeof G | undefined;

/** Order of the group: a prime near 2^252. Values and blindings count modulo it. */
export const GROUP_ORDER: bigint = Point.Fn.ORDER;

/** Values lie strictly between -VALUE_LIMIT and VALUE_LIMIT, so that no two of them are equal modulo the order. */
export const VALUE_LIMIT = 2n ** 127n;

/**
 * The commitment value * G + blinding * H to a SIGNED integer [Ped91]. It hides the value perfectly if the blinding is
 * uniform and secret, and binds to it unless somebody can compute discrete logarithms.
 */
export function commitTo(value: bigint, blinding: bigint): Uint8Array {
  invariant(isCommittable(value), 'a committed value has at most 127 bits');
  const scalar = Point.Fn.create(value);
  return times(G, scalar)
    .add(times(secondGenerator(), Point.Fn.create(blinding)))
    .toBytes();
}

/**
 * Whether the sum of the commitments opens to value and blinding. False too if one of them is no canonical encoding of
 * a point, or the value or the blinding is out of range: each sum has exactly one opening text. Inputs are public, so
 * the time may depend on them.
 */
export function opensTo(
  commitments: readonly Uint8Array[],
  value: bigint,
  blinding: bigint,
): boolean {
  if (!isCommittable(value) || blinding < 0n || blinding >= GROUP_ORDER) return false;
  let sum = Point.ZERO;
  for (const commitment of commitments) {
    const point = decodePoint(commitment);
    if (!point) return false;
    sum = sum.add(point);
  }
  const claimed = G.multiplyUnsafe(Point.Fn.create(value));
  return sum.equals(claimed.add(secondGenerator().multiplyUnsafe(blinding)));
}

/** Sum of blindings, or of components of them, modulo the order. */
export function addBlindings(blindings: readonly bigint[]): bigint {
  return blindings.reduce((sum, blinding) => (sum + blinding) % GROUP_ORDER, 0n);
}

/** A blinding below the order as 32 bytes, little-endian. */
export function encodeBlinding(blinding: bigint): Uint8Array {
  invariant(blinding >= 0n && blinding < GROUP_ORDER, 'a blinding is reduced');
  return Uint8Array.from({ length: BLINDING_BYTES }, (_, k) =>
    Number((blinding >> BigInt(8 * k)) & 0xffn),
  );
}

/** The blinding that 32 bytes encode; undefined unless they are its canonical form. */
export function decodeBlinding(bytes: Uint8Array): bigint | undefined {
  if (bytes.length !== BLINDING_BYTES) return undefined;
  const value = bigOf(bytes);
  return value < GROUP_ORDER ? value : undefined;
}

/** A blinding from 64 uniform bytes: off uniform by less than 2^-256. */
export function blindingFrom(uniform: Uint8Array): bigint {
  invariant(uniform.length === 64, 'a blinding is drawn from 64 bytes');
  return bigOf(uniform) % GROUP_ORDER;
}

/** Whether bytes are the canonical encoding of a point of the group. */
export function isCommitment(bytes: Uint8Array): boolean {
  return decodePoint(bytes) !== undefined;
}

function isCommittable(value: bigint): boolean {
  return value > -VALUE_LIMIT && value < VALUE_LIMIT;
}

/** scalar * point in time that does not depend on the scalar; the library refuses 0. */
function times(point: typeof G, scalar: bigint): typeof G {
  return scalar === 0n ? Point.ZERO : point.multiply(scalar);
}

function decodePoint(bytes: Uint8Array): typeof G | undefined {
  if (bytes.length !== COMMITMENT_BYTES) return undefined;
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** H, with the table of multiples that makes a commitment four times as fast. */
function secondGenerator(): typeof G {
  if (second) return second;
  const text = new TextEncoder();
  const h = ristretto255_hasher.hashToCurve(text.encode(H_MESSAGE), { DST: text.encode(H_TAG) });
  second = h.precompute(TABLE_BITS);
  return second;
}

/** Bytes as a number, little-endian. */
function bigOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let k = bytes.length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[k] as number);
  return value;
}
