import { invariant } from '../errors/tacit-error.ts';

/**
 * Scalars of F_p, p = 2^61 - 1, as BigInt: for constants of plans and protocols and for results, never
 * for rows. Elements are canonical, in [0, p).
 */
export const P = (1n << 61n) - 1n;

/** Bytes of one element in memory and on the wire, little-endian. */
export const ELEMENT_BYTES = 8;

/** Signed integers v with |v| < 2^60 have an encoding. */
const SIGNED_END = 1n << 60n;

/** Any integer to its residue in [0, p). */
export function mod(x: bigint): bigint {
  const r = x % P;
  return r < 0n ? r + P : r;
}

export function add(x: bigint, y: bigint): bigint {
  return mod(x + y);
}

export function sub(x: bigint, y: bigint): bigint {
  return mod(x - y);
}

export function mul(x: bigint, y: bigint): bigint {
  return mod(x * y);
}

/** x to the power e >= 0. */
export function pow(x: bigint, e: bigint): bigint {
  invariant(e >= 0n, 'exponent');
  let result = 1n;
  let square = mod(x);
  for (let rest = e; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mul(result, square);
    square = mul(square, square);
  }
  return result;
}

/** 1/x by Fermat; x must not be 0 mod p. */
export function inv(x: bigint): bigint {
  invariant(mod(x) !== 0n, 'inverse of zero');
  return pow(x, P - 2n);
}

/**
 * Lagrange coefficients: for every polynomial f of degree < points.length,
 * f(at) = sum coefficient[i] * f(points[i]). The points must be distinct mod p.
 */
export function lagrange(points: readonly bigint[], at: bigint): bigint[] {
  return points.map((point, i) => {
    let numerator = 1n;
    let denominator = 1n;
    points.forEach((other, j) => {
      if (j === i) return;
      numerator = mul(numerator, at - other);
      denominator = mul(denominator, point - other);
    });
    return mul(numerator, inv(denominator));
  });
}

/** Coefficients that reconstruct a secret f(0) from shares at these points [Sha79]. */
export function lagrangeAtZero(points: readonly bigint[]): bigint[] {
  return lagrange(points, 0n);
}

/** An integer in (-2^60, 2^60) as an element; negative ones count down from p. */
export function encodeSigned(v: bigint): bigint {
  invariant(v > -SIGNED_END && v < SIGNED_END, 'a signed field value has at most 60 bits');
  return mod(v);
}

/** Inverse of {@link encodeSigned} for every element: (p-1)/2 = 2^60 - 1 is the largest positive one. */
export function decodeSigned(u: bigint): bigint {
  invariant(u >= 0n && u < P, 'field element');
  return u < SIGNED_END ? u : u - P;
}

/** The little-endian element at a byte offset. */
export function readElement(view: Uint8Array, at: number): bigint {
  return new DataView(view.buffer, view.byteOffset, view.byteLength).getBigUint64(at, true);
}

/** Writes an element in [0, p) at a byte offset, little-endian. */
export function writeElement(view: Uint8Array, at: number, element: bigint): void {
  invariant(element >= 0n && element < P, 'field element');
  new DataView(view.buffer, view.byteOffset, view.byteLength).setBigUint64(at, element, true);
}
