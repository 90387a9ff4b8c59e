import { invariant } from '../errors/tacit-error.ts';

/**
 * Scalars of K = GF(2^64) = GF(2)[X] / (X^64 + X^4 + X^3 + X + 1), as BigInt in [0, 2^64): bit l is the coefficient of X^l.
 * Addition and subtraction are XOR (`^`). For coins, points, Lagrange coefficients and audits, never for columns.
 * Not constant-time, as BigInt is not.
 */
export const GF_BITS = 64n;

const MASK = (1n << GF_BITS) - 1n;
const HALF = 0xffffffffn;
/** X^64 as an element. */
const OVERFLOW = 0x1b;
/** The multiplicative group has 2^64 - 1 elements. */
const GROUP_ORDER = MASK;

/** x * y in K. */
export function gfMul(x: bigint, y: bigint): bigint {
  checkElement(x);
  checkElement(y);
  // Halves as 32-bit integers: shifting BigInts takes ten times as long.
  let low = Number(x & HALF) | 0;
  let high = Number(x >> 32n) | 0;
  let productLow = 0;
  let productHigh = 0;
  for (const half of [Number(y & HALF) | 0, Number(y >> 32n) | 0]) {
    for (let bit = 0; bit < 32; bit++) {
      const mask = -((half >>> bit) & 1);
      productLow ^= low & mask;
      productHigh ^= high & mask;
      const over = high >> 31;
      high = (high << 1) | (low >>> 31);
      low = (low << 1) ^ (OVERFLOW & over);
    }
  }
  return (BigInt(productHigh >>> 0) << 32n) | BigInt(productLow >>> 0);
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

function checkElement(x: bigint): void {
  invariant(x >= 0n && x <= MASK, 'element of GF(2^64)');
}
