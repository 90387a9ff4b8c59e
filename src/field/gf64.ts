import { invariant } from '../errors/tacit-error.ts';

/**
 * Scalars of K = GF(2^64) = GF(2)[X] / (X^64 + X^4 + X^3 + X + 1), as BigInt in [0, 2^64): bit l is the coefficient of X^l.
 * Addition and subtraction are XOR (`^`). For coins, points, Lagrange coefficients and audits, never for columns.
 * Not constant-time, as BigInt is not.
 */
export const GF_BITS = 64n;

const MASK = (1n << GF_BITS) - 1n;
/** The multiplicative group has 2^64 - 1 elements. */
const GROUP_ORDER = MASK;

/** x * y in K. */
export function gfMul(x: bigint, y: bigint): bigint {
  checkElement(x);
  checkElement(y);
  WORDS.setBigUint64(0, x, true);
  WORDS.setBigUint64(8, y, true);
  const x0 = WORDS.getUint32(0, true);
  const x1 = WORDS.getUint32(4, true);
  const y0 = WORDS.getUint32(8, true);
  const y1 = WORDS.getUint32(12, true);
  // Karatsuba: (x0 + x1 Z)(y0 + y1 Z) with Z = X^32 takes three products of 32 bits.
  multiplyHalves(x0, y0, 0);
  multiplyHalves(x1, y1, 2);
  multiplyHalves(x0 ^ x1, y0 ^ y1, 4);
  const a0 = PRODUCTS[0] ?? 0;
  const a1 = PRODUCTS[1] ?? 0;
  const b0 = PRODUCTS[2] ?? 0;
  const b1 = PRODUCTS[3] ?? 0;
  const middle0 = (PRODUCTS[4] ?? 0) ^ a0 ^ b0;
  const middle1 = (PRODUCTS[5] ?? 0) ^ a1 ^ b1;
  return reduced(a0, a1 ^ middle0, b0 ^ middle1, b1);
}

/** x to the power e >= 0 in K; 0^0 is 1. */
export function gfPow(x: bigint, e: bigint): bigint {
  invariant(e >= 0n, 'exponent');
  let result = 1n;
  let square = x;
  for (let rest = e; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = gfMul(result, square);
    square = gfMul(square, square);
  }
  return result;
}

/** 1/x in K by Fermat; x must not be 0. */
export function gfInverse(x: bigint): bigint {
  invariant(x !== 0n, 'inverse of zero');
  return gfPow(x, GROUP_ORDER - 1n);
}

/**
 * Lagrange coefficients: for every polynomial f over K of degree < points.length,
 * f(at) = sum coefficient[i] * f(points[i]). The points must be distinct elements.
 */
export function gfLagrange(points: readonly bigint[], at: bigint): bigint[] {
  return points.map((point, i) => {
    let numerator = 1n;
    let denominator = 1n;
    points.forEach((other, j) => {
      if (j === i) return;
      numerator = gfMul(numerator, at ^ other);
      denominator = gfMul(denominator, point ^ other);
    });
    return gfMul(numerator, gfInverse(denominator));
  });
}

/** Operands of {@link gfMul} as bytes, to take them apart. */
const WORDS = new DataView(new ArrayBuffer(16));
/** Three carry-less products of 32-bit halves, each a lower and an upper word. */
const PRODUCTS = new Int32Array(6);
/** The multiples of a half by the 16 polynomials of degree below 4: lower words, and the up to three bits above. */
const LOW = new Int32Array(16);
const HIGH = new Int32Array(16);

/** The carry-less product of 32-bit polynomials, four bits of y at a time. */
function multiplyHalves(x: number, y: number, to: number): void {
  for (let v = 1; v < 16; v++) {
    const half = v >> 1;
    const odd = v & 1 ? x : 0;
    LOW[v] = ((LOW[half] ?? 0) << 1) ^ odd;
    HIGH[v] = ((HIGH[half] ?? 0) << 1) | ((LOW[half] ?? 0) >>> 31);
  }
  let low = 0;
  let high = 0;
  for (let shift = 28; shift >= 0; shift -= 4) {
    const v = (y >>> shift) & 15;
    high = (high << 4) ^ (low >>> 28) ^ (HIGH[v] ?? 0);
    low = (low << 4) ^ (LOW[v] ?? 0);
  }
  PRODUCTS[to] = low;
  PRODUCTS[to + 1] = high;
}

/** A polynomial of degree below 128 modulo the field's, its words from the lowest: X^64 = X^4 + X^3 + X + 1. */
function reduced(p0: number, p1: number, p2: number, p3: number): bigint {
  const over = (p3 >>> 28) ^ (p3 >>> 29) ^ (p3 >>> 31);
  const q2 = p2 ^ over;
  const low = p0 ^ q2 ^ (q2 << 1) ^ (q2 << 3) ^ (q2 << 4);
  const carried = (q2 >>> 31) ^ (q2 >>> 29) ^ (q2 >>> 28);
  const high = p1 ^ p3 ^ (p3 << 1) ^ (p3 << 3) ^ (p3 << 4) ^ carried;
  WORDS.setInt32(0, low, true);
  WORDS.setInt32(4, high, true);
  return WORDS.getBigUint64(0, true);
}

function checkElement(x: bigint): void {
  invariant(x >= 0n && x <= MASK, 'element of GF(2^64)');
}
