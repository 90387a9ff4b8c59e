import {
  cross,
  high,
  loadConstant,
  loadLast,
  low,
  middle,
  product,
  reduce,
  split,
  storeLast,
  vp,
} from './modular';
import { addTotal, LOW32 } from './reductions';

// The lines through pairs of elements: value x0 at 0 and x1 at 1. The slope x1 - x0 + p lies in [1, 2p - 1] and is not reduced: below
// 2^62, so the upper half of its split form has 30 bits.

@inline
function slope(x0: v128, x1: v128): v128 {
  return i64x2.add(i64x2.sub(x1, x0), vp());
}

/**
 * With r < 2^61: low < 2^64 as ever; middle <= 2^32 * 2^29 + 2^30 * 2^32 < 2^63; high < 2^59. So the product is below
 * 2^61 + 7 + 2^61 + 2^35 + 2^62 < 2^63 + 2^36, which leaves room for one more element.
 */
@inline
function valueAt(x0: v128, x1: v128, r: v128, rx: v128): v128 {
  return reduce(i64x2.add(x0, product(split(slope(x0, x1)), r, rx)));
}

export function fpFoldLines(x0: usize, x1: usize, r: usize, n: u32): void {
  const b = split(loadConstant(r));
  const bx = cross(b);
  const end = x0 + ((<usize>n & ~1) << 3);
  for (; x0 < end; x0 += 16, x1 += 16) {
    v128.store(x0, valueAt(v128.load(x0), v128.load(x1), b, bx));
  }
  if (n & 1) storeLast(x0, valueAt(loadLast(x0), loadLast(x1), b, bx));
}

/** Bytes of x0 whose products of slopes have upper parts (below 2^60 + 2^31 each) that add up to less than 2^64. */
const BURST: usize = 8 * 16;

/** The part of a product that has weight 1 in a sum by weights; the next ones those of 2^32 and 2^64. */
@inline
function weight0(l: v128): v128 {
  return v128.and(l, i64x2.splat(LOW32));
}

@inline
function weight32(l: v128, m: v128): v128 {
  return i64x2.add(i64x2.shr_u(l, 32), v128.and(m, i64x2.splat(LOW32)));
}

@inline
function weight64(m: v128, h: v128): v128 {
  return i64x2.add(i64x2.shr_u(m, 32), h);
}

@inline
function fold(sum: v128): v128 {
  return i64x2.add(v128.and(sum, vp()), i64x2.shr_u(sum, 61));
}

/** Two sums by weights at once, as in fpDot: a of the values at 0, b of the slopes. */
export function fpDotLines(x0: usize, x1: usize, y0: usize, y1: usize, n: u32, out: usize): void {
  const lastAt = (<usize>n & ~1) << 3;
  const u = n & 1 ? loadLast(x0 + lastAt) : i64x2.splat(0);
  const v = n & 1 ? loadLast(y0 + lastAt) : i64x2.splat(0);
  // The slopes' lane 1 is p: its product is a multiple of p.
  const s = n & 1 ? split(slope(u, loadLast(x1 + lastAt))) : i64x2.splat(0);
  const t = n & 1 ? split(slope(v, loadLast(y1 + lastAt))) : i64x2.splat(0);
  let c = split(u);
  let d = split(v);
  let l = low(c, d);
  let m = middle(c, cross(d));
  let a0 = weight0(l);
  let a1 = weight32(l, m);
  let a2 = weight64(m, high(c, d));
  l = low(s, t);
  m = middle(s, cross(t));
  let b0 = weight0(l);
  let b1 = weight32(l, m);
  let b2 = weight64(m, high(s, t));
  const end = x0 + lastAt;
  while (x0 < end) {
    const until = min(end, x0 + BURST);
    let aBurst = i64x2.splat(0);
    let bBurst = i64x2.splat(0);
    for (; x0 < until; x0 += 16, x1 += 16, y0 += 16, y1 += 16) {
      const x = v128.load(x0);
      const y = v128.load(y0);
      c = split(x);
      d = split(y);
      l = low(c, d);
      m = middle(c, cross(d));
      a0 = i64x2.add(a0, weight0(l));
      a1 = i64x2.add(a1, weight32(l, m));
      aBurst = i64x2.add(aBurst, weight64(m, high(c, d)));
      c = split(slope(x, v128.load(x1)));
      d = split(slope(y, v128.load(y1)));
      l = low(c, d);
      m = middle(c, cross(d));
      b0 = i64x2.add(b0, weight0(l));
      b1 = i64x2.add(b1, weight32(l, m));
      bBurst = i64x2.add(bBurst, weight64(m, high(c, d)));
    }
    a2 = i64x2.add(fold(a2), fold(aBurst));
    b2 = i64x2.add(fold(b2), fold(bBurst));
  }
  addTotal(out, a0, a1, a2);
  addTotal(out + 8, b0, b1, b2);
}
