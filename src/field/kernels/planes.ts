// Bitwise kernels over byte ranges whose length is a multiple of 16. The target may be a source.

const STEP: usize = 64;

@inline
export function xorRange(x: usize, y: usize, z: usize, bytes: usize): void {
  const end = z + bytes;
  const unrolled = z + (bytes & ~(STEP - 1));
  while (z < unrolled) {
    v128.store(z, v128.xor(v128.load(x), v128.load(y)));
    v128.store(z, v128.xor(v128.load(x, 16), v128.load(y, 16)), 16);
    v128.store(z, v128.xor(v128.load(x, 32), v128.load(y, 32)), 32);
    v128.store(z, v128.xor(v128.load(x, 48), v128.load(y, 48)), 48);
    x += STEP;
    y += STEP;
    z += STEP;
  }
  while (z < end) {
    v128.store(z, v128.xor(v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
    z += 16;
  }
}

/** z = x ^ mask. */
@inline
export function maskRange(x: usize, mask: v128, z: usize, bytes: usize): void {
  const end = z + bytes;
  const unrolled = z + (bytes & ~(STEP - 1));
  while (z < unrolled) {
    v128.store(z, v128.xor(v128.load(x), mask));
    v128.store(z, v128.xor(v128.load(x, 16), mask), 16);
    v128.store(z, v128.xor(v128.load(x, 32), mask), 32);
    v128.store(z, v128.xor(v128.load(x, 48), mask), 48);
    x += STEP;
    z += STEP;
  }
  while (z < end) {
    v128.store(z, v128.xor(v128.load(x), mask));
    x += 16;
    z += 16;
  }
}

@inline
function andTerm(xl: v128, xr: v128, yl: v128, yr: v128): v128 {
  return v128.xor(v128.and(xl, v128.xor(yl, yr)), v128.and(xr, yl));
}

/** z = xl & (yl ^ yr) ^ xr & yl. */
@inline
export function andRange(
  xl: usize,
  xr: usize,
  yl: usize,
  yr: usize,
  z: usize,
  bytes: usize,
): void {
  const end = z + bytes;
  const unrolled = z + (bytes & ~(STEP / 2 - 1));
  while (z < unrolled) {
    v128.store(z, andTerm(v128.load(xl), v128.load(xr), v128.load(yl), v128.load(yr)));
    v128.store(
      z,
      andTerm(v128.load(xl, 16), v128.load(xr, 16), v128.load(yl, 16), v128.load(yr, 16)),
      16,
    );
    xl += STEP / 2;
    xr += STEP / 2;
    yl += STEP / 2;
    yr += STEP / 2;
    z += STEP / 2;
  }
  if (z < end) {
    v128.store(z, andTerm(v128.load(xl), v128.load(xr), v128.load(yl), v128.load(yr)));
  }
}

/** The first `bytes` bytes of a range; the last of them may not fill a vector. */
@inline
function storeFirst(to: usize, x: v128, bytes: usize): void {
  for (let lane: usize = 0; lane < bytes; lane++) {
    store<u8>(to + lane, <u8>i64x2.extract_lane(x, 0));
    x = v128.shuffle<u8>(x, x, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15);
  }
}

/**
 * andRange that copies the first `kept` bytes of the operands to `to`, `to + apart` and so on: as operands are in
 * registers anyway, this costs the stores only.
 */
export function andRecordedRange(
  xl: usize,
  xr: usize,
  yl: usize,
  yr: usize,
  z: usize,
  bytes: usize,
  to: usize,
  apart: usize,
  kept: usize,
): void {
  const whole = kept & ~15;
  const end = z + whole;
  let to1 = to + apart;
  let to2 = to1 + apart;
  let to3 = to2 + apart;
  while (z < end) {
    const a = v128.load(xl);
    const b = v128.load(xr);
    const c = v128.load(yl);
    const d = v128.load(yr);
    v128.store(to, a);
    v128.store(to1, b);
    v128.store(to2, c);
    v128.store(to3, d);
    v128.store(z, andTerm(a, b, c, d));
    xl += 16;
    xr += 16;
    yl += 16;
    yr += 16;
    z += 16;
    to += 16;
    to1 += 16;
    to2 += 16;
    to3 += 16;
  }
  if (whole != kept) {
    storeFirst(to, v128.load(xl), kept - whole);
    storeFirst(to1, v128.load(xr), kept - whole);
    storeFirst(to2, v128.load(yl), kept - whole);
    storeFirst(to3, v128.load(yr), kept - whole);
  }
  andRange(xl, xr, yl, yr, z, bytes - whole);
}

export function xor(x: usize, y: usize, z: usize, bytes: usize): void {
  xorRange(x, y, z, bytes);
}

export function not(x: usize, z: usize, bytes: usize): void {
  maskRange(x, i64x2.splat(-1), z, bytes);
}

export function andReplicated(
  xl: usize,
  xr: usize,
  yl: usize,
  yr: usize,
  z: usize,
  bytes: usize,
): void {
  andRange(xl, xr, yl, yr, z, bytes);
}
