import {
  cross,
  loadConstant,
  loadLast,
  product,
  product2,
  reduce,
  split,
  storeLast,
  vp,
} from './modular';

// The local step of a multiplication with its resharing, in one pass over memory. `own` and `send`
// may be `d`, `u` or `g` (each element is read before it is written) but not each other.

export function fpReshare(d: usize, g: usize, own: usize, send: usize, c: usize, n: u32): void {
  const c0 = split(loadConstant(c));
  const c1 = split(loadConstant(c + 8));
  const c2 = split(loadConstant(c + 16));
  const c3 = split(loadConstant(c + 24));
  const x0 = cross(c0);
  const x1 = cross(c1);
  const x2 = cross(c2);
  const x3 = cross(c3);
  const end = own + ((<usize>n & ~1) << 3);
  for (; own < end; d += 16, g += 16, own += 16, send += 16) {
    const a = split(v128.load(d));
    const b = split(v128.load(g));
    v128.store(own, reduce(product2(a, c0, x0, b, c1, x1)));
    v128.store(send, reduce(product2(a, c2, x2, b, c3, x3)));
  }
  if (n & 1) {
    const a = split(loadLast(d));
    const b = split(loadLast(g));
    storeLast(own, reduce(product2(a, c0, x0, b, c1, x1)));
    storeLast(send, reduce(product2(a, c2, x2, b, c3, x3)));
  }
}

/** All-ones lanes where rows `row` (even) and row + 1 have bit 1; `byte` holds their eight rows. */
@inline
function rowMask(byte: u32, row: u32): v128 {
  const place = i64x2(1, 2);
  return i64x2.eq(v128.and(i64x2.splat(<u64>(byte >> (row & 7))), place), place);
}

/** c[0] * s is +-c[0], so each output costs one multiplication; p - 0 = p is reduced with the sum. */
export function injectDeal(
  bl: usize,
  br: usize,
  g: usize,
  own: usize,
  send: usize,
  c: usize,
  n: u32,
): void {
  const plus0 = loadConstant(c);
  const plus2 = loadConstant(c + 16);
  const minus0 = i64x2.sub(vp(), plus0);
  const minus2 = i64x2.sub(vp(), plus2);
  const c1 = split(loadConstant(c + 8));
  const c3 = split(loadConstant(c + 24));
  const x1 = cross(c1);
  const x3 = cross(c3);
  const even = n & ~1;
  let row: u32 = 0;
  for (; row < even; row += 2, g += 16, own += 16, send += 16) {
    const mask = rowMask(load<u8>(bl + (row >> 3)) ^ load<u8>(br + (row >> 3)), row);
    const b = split(v128.load(g));
    const s0 = v128.bitselect(minus0, plus0, mask);
    const s2 = v128.bitselect(minus2, plus2, mask);
    v128.store(own, reduce(i64x2.add(s0, product(b, c1, x1))));
    v128.store(send, reduce(i64x2.add(s2, product(b, c3, x3))));
  }
  if (n & 1) {
    const mask = rowMask(load<u8>(bl + (row >> 3)) ^ load<u8>(br + (row >> 3)), row);
    const b = split(loadLast(g));
    const s0 = v128.bitselect(minus0, plus0, mask);
    const s2 = v128.bitselect(minus2, plus2, mask);
    storeLast(own, reduce(i64x2.add(s0, product(b, c1, x1))));
    storeLast(send, reduce(i64x2.add(s2, product(b, c3, x3))));
  }
}

/** The constants c[0]*k and c[2]*k are formed once; the sign goes to u, and p - 0 = p is a valid factor. */
export function injectProduct(
  u: usize,
  bits: usize,
  g: usize,
  own: usize,
  send: usize,
  c: usize,
  n: u32,
): void {
  const k = split(loadConstant(c + 32));
  const kx = cross(k);
  const c0 = split(reduce(product(split(loadConstant(c)), k, kx)));
  const c1 = split(loadConstant(c + 8));
  const c2 = split(reduce(product(split(loadConstant(c + 16)), k, kx)));
  const c3 = split(loadConstant(c + 24));
  const x0 = cross(c0);
  const x1 = cross(c1);
  const x2 = cross(c2);
  const x3 = cross(c3);
  const even = n & ~1;
  let row: u32 = 0;
  for (; row < even; row += 2, u += 16, g += 16, own += 16, send += 16) {
    const mask = rowMask(load<u8>(bits + (row >> 3)), row);
    const v = v128.load(u);
    const a = split(v128.bitselect(i64x2.sub(vp(), v), v, mask));
    const b = split(v128.load(g));
    v128.store(own, reduce(product2(a, c0, x0, b, c1, x1)));
    v128.store(send, reduce(product2(a, c2, x2, b, c3, x3)));
  }
  if (n & 1) {
    const mask = rowMask(load<u8>(bits + (row >> 3)), row);
    const v = loadLast(u);
    const a = split(v128.bitselect(i64x2.sub(vp(), v), v, mask));
    const b = split(loadLast(g));
    storeLast(own, reduce(product2(a, c0, x0, b, c1, x1)));
    storeLast(send, reduce(product2(a, c2, x2, b, c3, x3)));
  }
}

/**
 * The product d = a * b and its dealing in the committee of the points 1, 2, 3 with the Lagrange weights 3, -3, 1, in one
 * pass. The dealer's polynomial f has f(0) = weight * d and f(next point) = g; since f(1) - 2 f(2) + f(3) = 0, small factors
 * do: point 1: f(1) = (3d + g) / 2, f(3) = 2g - f(1); point 2: f(2) = 2g / 3 - d, f(1) = 2 f(2) - g; point 3:
 * f(3) = 3g - 2d, f(2) = 2g - d. `party` is the point minus 1.
 */
export function fpMulReshare(
  a: usize,
  b: usize,
  g: usize,
  own: usize,
  send: usize,
  party: u32,
  n: u32,
): void {
  if (party == 0) dealAtPoint1(a, b, g, own, send, n);
  else if (party == 1) dealAtPoint2(a, b, g, own, send, n);
  else dealAtPoint3(a, b, g, own, send, n);
}

@inline
function times(x: v128, y: v128): v128 {
  const b = split(y);
  return reduce(product(split(x), b, cross(b)));
}

/** s / 2 for s below 2^63: an odd s becomes even by adding p. */
@inline
function half(s: v128): v128 {
  const odd = i64x2.sub(i64x2.splat(0), v128.and(s, i64x2.splat(1)));
  return i64x2.shr_u(i64x2.add(s, v128.and(vp(), odd)), 1);
}

@inline
function twice(x: v128): v128 {
  return i64x2.shl(x, 1);
}

/** x - y + 2p for canonical y doubled or less: never negative. */
@inline
function minus(x: v128, y: v128): v128 {
  return i64x2.add(i64x2.sub(x, y), twice(vp()));
}

function dealAtPoint1(a: usize, b: usize, g: usize, own: usize, send: usize, n: u32): void {
  const end = own + ((<usize>n & ~1) << 3);
  for (; own < end; a += 16, b += 16, g += 16, own += 16, send += 16) {
    const d = times(v128.load(a), v128.load(b));
    const u = v128.load(g);
    const f = reduce(half(i64x2.add(i64x2.add(twice(d), d), u)));
    v128.store(own, f);
    v128.store(send, reduce(minus(twice(u), f)));
  }
  if (n & 1) {
    const d = times(loadLast(a), loadLast(b));
    const u = loadLast(g);
    const f = reduce(half(i64x2.add(i64x2.add(twice(d), d), u)));
    storeLast(own, f);
    storeLast(send, reduce(minus(twice(u), f)));
  }
}

function dealAtPoint2(a: usize, b: usize, g: usize, own: usize, send: usize, n: u32): void {
  // 2 / 3 mod p, because 2^61 + 1 = 2 (mod p) and 3 divides it.
  const third = split(i64x2.splat(((1 << 61) + 1) / 3));
  const thirdX = cross(third);
  const end = own + ((<usize>n & ~1) << 3);
  for (; own < end; a += 16, b += 16, g += 16, own += 16, send += 16) {
    const d = times(v128.load(a), v128.load(b));
    const u = v128.load(g);
    const f = reduce(i64x2.add(i64x2.sub(vp(), d), product(split(u), third, thirdX)));
    v128.store(own, f);
    v128.store(send, reduce(minus(twice(f), u)));
  }
  if (n & 1) {
    const d = times(loadLast(a), loadLast(b));
    const u = loadLast(g);
    const f = reduce(i64x2.add(i64x2.sub(vp(), d), product(split(u), third, thirdX)));
    storeLast(own, f);
    storeLast(send, reduce(minus(twice(f), u)));
  }
}

function dealAtPoint3(a: usize, b: usize, g: usize, own: usize, send: usize, n: u32): void {
  const end = own + ((<usize>n & ~1) << 3);
  for (; own < end; a += 16, b += 16, g += 16, own += 16, send += 16) {
    const d = times(v128.load(a), v128.load(b));
    const u = v128.load(g);
    v128.store(own, reduce(minus(i64x2.add(twice(u), u), twice(d))));
    v128.store(send, reduce(minus(twice(u), d)));
  }
  if (n & 1) {
    const d = times(loadLast(a), loadLast(b));
    const u = loadLast(g);
    storeLast(own, reduce(minus(i64x2.add(twice(u), u), twice(d))));
    storeLast(send, reduce(minus(twice(u), d)));
  }
}
