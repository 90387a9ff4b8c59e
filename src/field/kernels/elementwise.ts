import {
  canonical,
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

// z[i] depends on x[i] and y[i] only; z may be x or y. n is any count.

@inline
function add(x: v128, y: v128): v128 {
  return canonical(i64x2.add(x, y));
}

/** x - y + p lies in [1, 2p - 1]. */
@inline
function sub(x: v128, y: v128): v128 {
  return canonical(i64x2.add(x, i64x2.sub(vp(), y)));
}

@inline
function mul(x: v128, y: v128): v128 {
  const b = split(y);
  return reduce(product(split(x), b, cross(b)));
}

export function fpAdd(x: usize, y: usize, z: usize, n: u32): void {
  const end = z + ((<usize>n & ~1) << 3);
  for (; z < end; x += 16, y += 16, z += 16) {
    v128.store(z, add(v128.load(x), v128.load(y)));
  }
  if (n & 1) storeLast(z, add(loadLast(x), loadLast(y)));
}

export function fpSub(x: usize, y: usize, z: usize, n: u32): void {
  const end = z + ((<usize>n & ~1) << 3);
  for (; z < end; x += 16, y += 16, z += 16) {
    v128.store(z, sub(v128.load(x), v128.load(y)));
  }
  if (n & 1) storeLast(z, sub(loadLast(x), loadLast(y)));
}

export function fpMul(x: usize, y: usize, z: usize, n: u32): void {
  const end = z + ((<usize>n & ~1) << 3);
  for (; z < end; x += 16, y += 16, z += 16) {
    v128.store(z, mul(v128.load(x), v128.load(y)));
  }
  if (n & 1) storeLast(z, mul(loadLast(x), loadLast(y)));
}

export function fpScale(x: usize, c: usize, z: usize, n: u32): void {
  const b = split(loadConstant(c));
  const bx = cross(b);
  const end = z + ((<usize>n & ~1) << 3);
  for (; z < end; x += 16, z += 16) {
    v128.store(z, reduce(product(split(v128.load(x)), b, bx)));
  }
  if (n & 1) storeLast(z, reduce(product(split(loadLast(x)), b, bx)));
}

/** product < 3 * 2^61 + 2^36 leaves room for one more element. */
export function fpAxpy(x: usize, c: usize, z: usize, n: u32): void {
  const b = split(loadConstant(c));
  const bx = cross(b);
  const end = z + ((<usize>n & ~1) << 3);
  for (; z < end; x += 16, z += 16) {
    v128.store(z, reduce(i64x2.add(v128.load(z), product(split(v128.load(x)), b, bx))));
  }
  if (n & 1) storeLast(z, reduce(i64x2.add(loadLast(z), product(split(loadLast(x)), b, bx))));
}

export function fpLin2(x: usize, c0: usize, y: usize, c1: usize, z: usize, n: u32): void {
  const b = split(loadConstant(c0));
  const bx = cross(b);
  const d = split(loadConstant(c1));
  const dx = cross(d);
  const end = z + ((<usize>n & ~1) << 3);
  for (; z < end; x += 16, y += 16, z += 16) {
    v128.store(z, reduce(product2(split(v128.load(x)), b, bx, split(v128.load(y)), d, dx)));
  }
  if (n & 1) {
    storeLast(z, reduce(product2(split(loadLast(x)), b, bx, split(loadLast(y)), d, dx)));
  }
}

export function fpFill(c: usize, z: usize, n: u32): void {
  const value = loadConstant(c);
  const end = z + ((<usize>n & ~1) << 3);
  for (; z < end; z += 16) v128.store(z, value);
  if (n & 1) storeLast(z, value);
}

/** t = p + 1 - x, then t / 2 = floor(t / 2) + (t odd ? 2^60 : 0), because 1/2 = 2^60 mod p. */
@inline
function finish(x: v128): v128 {
  const t = i64x2.sub(i64x2.splat(P1), x);
  return canonical(i64x2.add(i64x2.shr_u(t, 1), v128.and(i64x2.shl(t, 60), i64x2.splat(HALF))));
}

const P1: u64 = 1 << 61;
const HALF: u64 = 1 << 60;

export function injectFinish(x: usize, n: u32): void {
  const end = x + ((<usize>n & ~1) << 3);
  for (; x < end; x += 16) v128.store(x, finish(v128.load(x)));
  if (n & 1) storeLast(x, finish(loadLast(x)));
}
