import { GF_TABLES } from './bytes';
import { lookUpAll, product, TABLE, timesX } from './gf64';

/** From so many products on, sorting them into buckets is cheaper than multiplying. */
const MANY: u32 = 64;

/** Adds y to the bucket of a byte. */
@inline
function put(bucket: usize, y: u64): void {
  store<u64>(bucket, load<u64>(bucket) ^ y);
}

@inline
function bucketOf(byte: usize, buckets: usize): usize {
  return (byte << 3) + buckets;
}

/**
 * Inner product without multiplications: y[i] is added to the bucket of byte q of x[i], for all eight q. What is in the bucket of
 * byte v still has the factor v * X^(8q).
 */
function fillBuckets(x: usize, y: usize, n: usize): void {
  memory.fill(GF_TABLES, 0, 8 * TABLE);
  for (const end = x + (n << 3); x < end; x += 8, y += 8) {
    const value = load<u64>(y);
    put(bucketOf(load<u8>(x), GF_TABLES), value);
    put(bucketOf(load<u8>(x, 1), GF_TABLES + TABLE), value);
    put(bucketOf(load<u8>(x, 2), GF_TABLES + TABLE * 2), value);
    put(bucketOf(load<u8>(x, 3), GF_TABLES + TABLE * 3), value);
    put(bucketOf(load<u8>(x, 4), GF_TABLES + TABLE * 4), value);
    put(bucketOf(load<u8>(x, 5), GF_TABLES + TABLE * 5), value);
    put(bucketOf(load<u8>(x, 6), GF_TABLES + TABLE * 6), value);
    put(bucketOf(load<u8>(x, 7), GF_TABLES + TABLE * 7), value);
  }
}

/** The XOR of the upper half of a table of 2 * half bytes; that half is added to the lower one. */
@inline
function foldTable(table: usize, half: usize): u64 {
  let sum = i64x2.splat(0);
  for (let at = table; at < table + half; at += 16) {
    const upper = v128.load(at + half);
    sum = v128.xor(sum, upper);
    v128.store(at, v128.xor(v128.load(at), upper));
  }
  return i64x2.extract_lane(sum, 0) ^ i64x2.extract_lane(sum, 1);
}

/** The sum over all buckets, each times its factor: Horner's rule over the 64 powers of X, from the highest down. */
function emptyBuckets(): u64 {
  let sum: u64 = 0;
  for (let table = GF_TABLES + 7 * TABLE; table >= GF_TABLES; table -= TABLE) {
    for (let half = TABLE >> 1; half > 8; half >>= 1) sum = timesX(sum) ^ foldTable(table, half);
    sum = timesX(sum) ^ load<u64>(table, 8);
  }
  return sum;
}

export function gfDot(x: usize, y: usize, n: u32, out: usize): void {
  let sum = load<u64>(out);
  if (n < MANY) {
    for (const end = x + (<usize>n << 3); x < end; x += 8, y += 8) {
      sum ^= product(load<u64>(x), load<u64>(y));
    }
  } else {
    fillBuckets(x, y, n);
    sum ^= emptyBuckets();
  }
  store<u64>(out, sum);
}

/** From the last group to the first: acc = c * acc + x. */
export function gfHorner(x: usize, groups: u32, width: u32, tables: usize, acc: usize): void {
  const bytes = <usize>width << 3;
  memory.fill(acc, 0, bytes);
  for (let row = x + <usize>groups * bytes; row != x; ) {
    row -= bytes;
    lookUpAll(acc, tables, row, acc, width);
  }
}
