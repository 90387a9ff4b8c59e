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

/** Any number of bytes. */
function copyRange(from: usize, to: usize, bytes: usize): void {
  const end = to + bytes;
  const whole = to + (bytes & ~15);
  const unrolled = to + (bytes & ~(STEP - 1));
  for (; to < unrolled; from += STEP, to += STEP) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
  }
  for (; to < whole; from += 16, to += 16) v128.store(to, v128.load(from));
  for (; to < end; from++, to++) store<u8>(to, load<u8>(from));
}

/**
 * andRange that first copies the first `kept` bytes of the operands to `to`, `to` + apart and so on. One range after another: stores
 * that alternate between four places cost three times as much.
 */
@inline
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
  copyRange(xl, to, kept);
  copyRange(xr, to + apart, kept);
  copyRange(yl, to + 2 * apart, kept);
  copyRange(yr, to + 3 * apart, kept);
  andRange(xl, xr, yl, yr, z, bytes);
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
