// GF(2^64) = GF(2)[X] / (X^64 + X^4 + X^3 + X + 1). Bit l of a word is the coefficient of X^l.

/** X^64 = X^4 + X^3 + X + 1. */
export const MODULUS: u64 = 0x1b;

/** Bytes of one table of 256 elements. */
export const TABLE: usize = 2048;

/** x * X. */
@inline
export function timesX(x: u64): u64 {
  return (x << 1) ^ (MODULUS & -(x >> 63));
}

/** Entry for the byte `shift` bits up in v, of the table number shift / 8. */
@inline
function entry(tables: usize, v: u64, shift: u64): u64 {
  return load<u64>(tables + (<usize>shift << 8) + (<usize>((v >> shift) & 255) << 3));
}

/** c * v by c's tables. */
@inline
export function times(tables: usize, v: u64): u64 {
  const a = entry(tables, v, 0) ^ entry(tables, v, 8);
  const b = entry(tables, v, 16) ^ entry(tables, v, 24);
  const c = entry(tables, v, 32) ^ entry(tables, v, 40);
  const d = entry(tables, v, 48) ^ entry(tables, v, 56);
  return a ^ b ^ (c ^ d);
}

/**
 * Table q has byte * X^(8q) * c at `byte`. An entry is the XOR of the entry of its highest bit and of an earlier one.
 */
export function buildTables(c: u64, tables: usize): void {
  let power = c;
  for (let table = tables; table < tables + 8 * TABLE; table += TABLE) {
    store<u64>(table, 0);
    for (let half: usize = 8; half < TABLE; half <<= 1) {
      for (let at = table; at < table + half; at += 8) {
        store<u64>(at + half, load<u64>(at) ^ power);
      }
      power = timesX(power);
    }
  }
}

const EVERY_FOURTH: u64 = 0x1111111111111111;

/**
 * The lower 64 coefficients of the carry-less product. Of each operand only every fourth bit is multiplied at a time: at
 * most 15 ones meet in a place that is kept, so that carries stay out of the next place that counts.
 */
@inline
function productLow(x: u64, y: u64): u64 {
  const m0 = EVERY_FOURTH;
  const m1 = EVERY_FOURTH << 1;
  const m2 = EVERY_FOURTH << 2;
  const m3 = EVERY_FOURTH << 3;
  const x0 = x & m0;
  const x1 = x & m1;
  const x2 = x & m2;
  const x3 = x & m3;
  const y0 = y & m0;
  const y1 = y & m1;
  const y2 = y & m2;
  const y3 = y & m3;
  const z0 = ((x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1)) & m0;
  const z1 = ((x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2)) & m1;
  const z2 = ((x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3)) & m2;
  const z3 = ((x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0)) & m3;
  return z0 | z1 | z2 | z3;
}

/** The word with its bits in the opposite order. */
@inline
function reversed(x: u64): u64 {
  x = ((x & 0x5555555555555555) << 1) | ((x >> 1) & 0x5555555555555555);
  x = ((x & 0x3333333333333333) << 2) | ((x >> 2) & 0x3333333333333333);
  x = ((x & 0x0f0f0f0f0f0f0f0f) << 4) | ((x >> 4) & 0x0f0f0f0f0f0f0f0f);
  return bswap<u64>(x);
}

/** low + high * X^64. */
@inline
export function reduced(low: u64, high: u64): u64 {
  const over = (high >> 63) ^ (high >> 61) ^ (high >> 60);
  high ^= over;
  return low ^ high ^ (high << 1) ^ (high << 3) ^ (high << 4);
}

/** x * y; the upper coefficients of the product are the lower ones of the reversed operands, reversed. */
@inline
export function product(x: u64, y: u64): u64 {
  return reduced(productLow(x, y), reversed(productLow(reversed(x), reversed(y))) >> 1);
}
