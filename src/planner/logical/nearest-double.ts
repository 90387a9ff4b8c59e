/** Bits of a double's significand. */
const SIGNIFICAND = 53;
/** Exponent of the smallest positive double, 2^-1074. */
const EXPONENT_MIN = -1074;

/**
 * The double nearest to numerator / denominator, ties to even: one rounding, as if computed with
 * unlimited precision. The denominator is positive. Overflow gives an infinity.
 */
export function quotientToDouble(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n;
  const n = negative ? -numerator : numerator;
  // Scale so that the integer quotient has 53 or 54 bits: 2^exponent * q <= n/d < 2^exponent * (q+1).
  let exponent = bitLength(n) - bitLength(denominator) - SIGNIFICAND;
  exponent = Math.max(exponent, EXPONENT_MIN);
  let { quotient, remainder } = divide(n, denominator, exponent);
  if (bitLength(quotient) > SIGNIFICAND) {
    exponent++;
    ({ quotient, remainder } = divide(n, denominator, exponent));
  }
  const twice = 2n * remainder.part;
  if (twice > remainder.whole || (twice === remainder.whole && (quotient & 1n) === 1n)) quotient++;
  // The quotient is at most 2^53, so both factors and the product are exact (or a true overflow).
  const value = scale(Number(quotient), exponent);
  return negative ? -value : value;
}

/** floor(n / (d * 2^exponent)) and what is left, as part of a whole. */
function divide(n: bigint, d: bigint, exponent: number) {
  const dividend = exponent < 0 ? n << BigInt(-exponent) : n;
  const divisor = exponent > 0 ? d << BigInt(exponent) : d;
  return {
    quotient: dividend / divisor,
    remainder: { part: dividend % divisor, whole: divisor },
  };
}

/** x * 2^exponent for integers x up to 2^53; in two steps, since 2^-1074 times 2^53 must not underflow. */
function scale(x: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return x * 2 ** half * 2 ** (exponent - half);
}

function bitLength(x: bigint): number {
  return x.toString(2).length;
}
