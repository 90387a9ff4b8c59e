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

/** x * X^l for l < 64. Beyond l = 60 what overflows does so twice. */
@inline
export function timesPower(x: u64, l: u64): u64 {
  const over = (x >> 1) >> (63 - l);
  const twice = over >> 60;
  const again = twice ^ (over >> 61) ^ (over >> 63);
  const kept = (x << l) ^ over ^ (over << 1) ^ (over << 3) ^ (over << 4);
  return kept ^ again ^ (again << 1) ^ (again << 3) ^ (again << 4);
}

/** The entry of a byte in the table at `tables`. */
@inline
function entry(tables: usize, byte: usize): usize {
  return tables + (byte << 3);
}

/** The XOR of the entries of the eight bytes at `at`, one in each table: c times the word, by c's tables. */
@inline
export function lookUp(tables: usize, at: usize): u64 {
  const a = load<u64>(entry(tables, load<u8>(at)));
  const b = load<u64>(entry(tables, load<u8>(at, 1)), TABLE);
  const c = load<u64>(entry(tables, load<u8>(at, 2)), TABLE * 2);
  const d = load<u64>(entry(tables, load<u8>(at, 3)), TABLE * 3);
  const e = load<u64>(entry(tables, load<u8>(at, 4)), TABLE * 4);
  const f = load<u64>(entry(tables, load<u8>(at, 5)), TABLE * 5);
  const g = load<u64>(entry(tables, load<u8>(at, 6)), TABLE * 6);
  const h = load<u64>(entry(tables, load<u8>(at, 7)), TABLE * 7);
  return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
}

/** z[i] = y[i] ^ c * x[i] by c's tables. Four at a time: the engine checks for interrupts once per round. */
@inline
export function lookUpAll(x: usize, tables: usize, y: usize, z: usize, n: usize): void {
  const end = z + (n << 3);
  const unrolled = z + ((n & ~3) << 3);
  for (; z < unrolled; x += 32, y += 32, z += 32) {
    store<u64>(z, lookUp(tables, x) ^ load<u64>(y));
    store<u64>(z, lookUp(tables, x + 8) ^ load<u64>(y, 8), 8);
    store<u64>(z, lookUp(tables, x + 16) ^ load<u64>(y, 16), 16);
    store<u64>(z, lookUp(tables, x + 24) ^ load<u64>(y, 24), 24);
  }
  for (; z < end; x += 8, y += 8, z += 8) store<u64>(z, lookUp(tables, x) ^ load<u64>(y));
}

/** One table from the entries of its eight bits: half of it is the half before XOR one of them. */
@inline
function doubleTable(table: usize, half: usize, bit: u64): void {
  const added = i64x2.splat(bit);
  for (let at = table; at < table + half; at += 16) {
    v128.store(at + half, v128.xor(v128.load(at), added));
  }
}

/** The entry of byte v is the XOR of the elements at `at`, `at` + apart ... that v has a bit of. */
export function buildTable(table: usize, at: usize, apart: usize): void {
  store<u64>(table, 0);
  store<u64>(table, load<u64>(at), 8);
  for (let half: usize = 16; half < TABLE; half <<= 1) {
    at += apart;
    doubleTable(table, half, load<u64>(at));
  }
}

/** Table q has byte * X^(8q) * c at `byte`, which is what {@link lookUp} needs to multiply by c. */
export function buildTables(c: u64, tables: usize): void {
  for (let table = tables; table < tables + 8 * TABLE; table += TABLE) {
    store<u64>(table, 0);
    store<u64>(table, c, 8);
    for (let half: usize = 16; half < TABLE; half <<= 1) {
      c = timesX(c);
      doubleTable(table, half, c);
    }
    c = timesX(c);
  }
}

/** The constant whose tables these are. */
@inline
export function constantOf(tables: usize): u64 {
  return load<u64>(tables, 8);
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

/** c^e. */
export function power(c: u64, e: u32): u64 {
  let result: u64 = 1;
  for (; e > 0; e >>= 1) {
    if (e & 1) result = product(result, c);
    c = product(c, c);
  }
  return result;
}
