// F_p with p = 2^61 - 1, two elements per vector.
//
// A product of a = ah*2^32 + al and b likewise (al, bl < 2^32; ah, bh < 2^29) is kept as three sums
//   low = al*bl, middle = al*bh + ah*bl, high = ah*bh,   a*b = low + middle*2^32 + high*2^64,
// and 2^61 = 1 (mod p) turns the weights into shifts. Bounds are given where sums could reach 2^64.

export const P: u64 = (1 << 61) - 1;

/** Both lanes p. */
@inline
export function vp(): v128 {
  return i64x2.splat(P);
}

/** s in [0, 2p - 1] to [0, p): s + 1 reaches 2^61 exactly when s >= p. */
@inline
export function canonical(s: v128): v128 {
  const carry = i64x2.shr_u(i64x2.add(s, i64x2.splat(1)), 61);
  return v128.and(i64x2.add(s, carry), vp());
}

/** Any 64-bit s to [0, p). */
@inline
export function reduce(s: v128): v128 {
  return canonical(i64x2.add(v128.and(s, vp()), i64x2.shr_u(s, 61)));
}

/** [a0, a1] to its 32-bit halves [low a0, low a1, high a0, high a1], the form the products take. */
@inline
export function split(a: v128): v128 {
  return v128.shuffle<u32>(a, a, 0, 2, 1, 3);
}

/** Exchanges the low and the high halves of a split vector. */
@inline
export function cross(a: v128): v128 {
  return v128.shuffle<u64>(a, a, 1, 0);
}

@inline
export function low(a: v128, b: v128): v128 {
  return i64x2.extmul_low_i32x4_u(a, b);
}

@inline
export function high(a: v128, b: v128): v128 {
  return i64x2.extmul_high_i32x4_u(a, b);
}

/** `bx` is cross(b). At most 2^62. */
@inline
export function middle(a: v128, bx: v128): v128 {
  return i64x2.add(i64x2.extmul_low_i32x4_u(a, bx), i64x2.extmul_high_i32x4_u(a, bx));
}

/** low mod p up to a multiple: below 2^61 + 7. */
@inline
export function foldLow(l: v128): v128 {
  return i64x2.add(v128.and(l, vp()), i64x2.shr_u(l, 61));
}

/** middle * 2^32 + high * 2^64 up to a multiple of p: below 2^61 + 2^35 + 8 * high. */
@inline
export function foldUpper(m: v128, h: v128): v128 {
  const turned = i64x2.add(v128.and(i64x2.shl(m, 32), vp()), i64x2.shr_u(m, 29));
  return i64x2.add(turned, i64x2.shl(h, 3));
}

/** a * b from split operands, up to a multiple of p: below 3 * 2^61 + 2^36. */
@inline
export function product(a: v128, b: v128, bx: v128): v128 {
  return i64x2.add(foldLow(low(a, b)), foldUpper(middle(a, bx), high(a, b)));
}

/**
 * a*c + b*d from split operands, up to a multiple of p. middle < 2^63, high < 2^59, so the sum is
 * below 2 * (2^61 + 7) + 2^61 + 2^35 + 2^62 < 2^64.
 */
@inline
export function product2(a: v128, c: v128, cx: v128, b: v128, d: v128, dx: v128): v128 {
  const lows = i64x2.add(foldLow(low(a, c)), foldLow(low(b, d)));
  const m = i64x2.add(middle(a, cx), middle(b, dx));
  const h = i64x2.add(high(a, c), high(b, d));
  return i64x2.add(lows, foldUpper(m, h));
}

/** The element at an address in both lanes. */
@inline
export function loadConstant(at: usize): v128 {
  return v128.load_splat<u64>(at);
}

/** One element in lane 0, zero in lane 1: how the kernels treat the last element of an odd count. */
@inline
export function loadLast(at: usize): v128 {
  return v128.load_zero<u64>(at);
}

@inline
export function storeLast(at: usize, x: v128): void {
  v128.store_lane<u64>(at, x, 0);
}
