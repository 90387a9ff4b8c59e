import { cross, high, loadLast, low, middle, P, split, storeLast, vp } from './modular';

// Sums are kept unreduced, by weight, and folded into one element at the end.

export const LOW32: u64 = 0xffffffff;

/** x * 2^k mod p for any 64-bit x, 0 <= k <= 60. */
@inline
function scaled(x: u64, k: u64): u64 {
  const y = (x & P) + (x >> 61);
  const turned = ((y << k) & P) + (y >> (61 - k));
  return turned >= P ? turned - P : turned;
}

@inline
function addScalar(x: u64, y: u64): u64 {
  const s = x + y;
  return s >= P ? s - P : s;
}

/** Both lanes of an accumulator, times 2^k, mod p. */
@inline
function lanes(acc: v128, k: u64): u64 {
  return addScalar(
    scaled(i64x2.extract_lane(acc, 0), k),
    scaled(i64x2.extract_lane(acc, 1), k),
  );
}

/** Adds to the element at `out` a sum kept by weight: 1, 2^32 and 2^64 = 2^3. */
@inline
export function addTotal(out: usize, a0: v128, a1: v128, a2: v128): void {
  const upper = addScalar(lanes(a1, 32), lanes(a2, 3));
  const total = addScalar(upper, lanes(a0, 0));
  store<u64>(out, addScalar(load<u64>(out), total));
}

/** Bytes of x whose products' upper parts (below 2^58 + 2^30 each) add up to less than 2^64. */
const BURST: usize = 32 * 16;

/**
 * Three accumulators of weight 1, 2^32 and 2^64. The first two take less than 2^34 per pair of lanes
 * and n < 2^29, so they stay below 2^64; the third is folded after every BURST products.
 */
export function fpDot(x: usize, y: usize, n: u32, out: usize): void {
  const mask = i64x2.splat(LOW32);
  const lastAt = (<usize>n & ~1) << 3;
  const p = split(n & 1 ? loadLast(x + lastAt) : i64x2.splat(0));
  const q = split(n & 1 ? loadLast(y + lastAt) : i64x2.splat(0));
  const lastLow = low(p, q);
  const lastMiddle = middle(p, cross(q));
  let a0 = v128.and(lastLow, mask);
  let a1 = i64x2.add(i64x2.shr_u(lastLow, 32), v128.and(lastMiddle, mask));
  let a2 = i64x2.add(i64x2.shr_u(lastMiddle, 32), high(p, q));
  const end = x + lastAt;
  while (x < end) {
    const until = min(end, x + BURST);
    let burst = i64x2.splat(0);
    for (; x < until; x += 16, y += 16) {
      const a = split(v128.load(x));
      const b = split(v128.load(y));
      const l = low(a, b);
      const m = middle(a, cross(b));
      a0 = i64x2.add(a0, v128.and(l, mask));
      a1 = i64x2.add(a1, i64x2.add(i64x2.shr_u(l, 32), v128.and(m, mask)));
      burst = i64x2.add(burst, i64x2.add(i64x2.shr_u(m, 32), high(a, b)));
    }
    a2 = i64x2.add(v128.and(a2, vp()), i64x2.shr_u(a2, 61));
    a2 = i64x2.add(a2, i64x2.add(v128.and(burst, vp()), i64x2.shr_u(burst, 61)));
  }
  addTotal(out, a0, a1, a2);
}

export function fpSum(x: usize, n: u32, out: usize): void {
  const mask = i64x2.splat(LOW32);
  let a0 = i64x2.splat(0);
  let a1 = i64x2.splat(0);
  const end = x + ((<usize>n & ~1) << 3);
  for (; x < end; x += 16) {
    const v = v128.load(x);
    a0 = i64x2.add(a0, v128.and(v, mask));
    a1 = i64x2.add(a1, i64x2.shr_u(v, 32));
  }
  if (n & 1) {
    const v = loadLast(x);
    a0 = i64x2.add(a0, v128.and(v, mask));
    a1 = i64x2.add(a1, i64x2.shr_u(v, 32));
  }
  const total = addScalar(lanes(a1, 32), lanes(a0, 0));
  store<u64>(out, addScalar(load<u64>(out), total));
}

export function fpSample(x: usize, n: u32): u32 {
  const one = i64x2.splat(1);
  let found = i64x2.splat(0);
  const end = x + ((<usize>n & ~1) << 3);
  for (; x < end; x += 16) {
    const v = v128.and(v128.load(x), vp());
    v128.store(x, v);
    found = v128.or(found, i64x2.shr_u(i64x2.add(v, one), 61));
  }
  if (n & 1) {
    const v = v128.and(loadLast(x), vp());
    storeLast(x, v);
    found = v128.or(found, i64x2.shr_u(i64x2.add(v, one), 61));
  }
  return u32(v128.any_true(found));
}

/** Both tests are needed: x + 1 alone wraps to 0 for the all-ones word. */
@inline
function outside(v: v128): v128 {
  return i64x2.shr_u(v128.or(v, i64x2.add(v, i64x2.splat(1))), 61);
}

export function fpCanonical(x: usize, n: u32): u32 {
  let bad = i64x2.splat(0);
  const end = x + ((<usize>n & ~1) << 3);
  for (; x < end; x += 16) bad = v128.or(bad, outside(v128.load(x)));
  if (n & 1) bad = v128.or(bad, outside(loadLast(x)));
  return u32(!v128.any_true(bad));
}
