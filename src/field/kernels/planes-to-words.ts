import { COLUMN, GROUP, lower, SCRATCH, upper } from './bytes';

/** Two planes' 64 rows side by side; planes from `count` on read as zero. */
@inline
function pair(src: usize, stride: usize, plane: u32, count: u32): v128 {
  const at = src + <usize>plane * stride;
  if (plane + 1 < count) return v128.load_lane<u64>(at + stride, v128.load_zero<u64>(at), 1);
  return plane < count ? v128.load_zero<u64>(at) : i64x2.splat(0);
}

/** Exchanges the bits under `mask` with those `shift` places above. */
@inline
function swap(x: v128, mask: u64, shift: i32): v128 {
  const t = v128.and(v128.xor(x, i64x2.shr_u(x, shift)), i64x2.splat(mask));
  return v128.xor(x, v128.xor(t, i64x2.shl(t, shift)));
}

/** Transposes the 8x8 bit matrix in each lane (bit b of byte a to bit a of byte b). */
@inline
function transpose8(x: v128): v128 {
  const single = swap(x, 0x00aa00aa00aa00aa, 7);
  const double = swap(single, 0x0000cccc0000cccc, 14);
  return swap(double, 0x00000000f0f0f0f0, 28);
}

/** 64 rows of up to eight planes to 64 bytes, one per row. */
@inline
function column(src: usize, stride: usize, count: u32, dst: usize): void {
  const v0 = pair(src, stride, 0, count);
  const v1 = pair(src, stride, 2, count);
  const v2 = pair(src, stride, 4, count);
  const v3 = pair(src, stride, 6, count);
  // From position (p0 g2 g1 g0) in vector (p2 p1) to position (g0 p2 p1 p0) in vector (g2 g1).
  const a0 = lower(v0, v2);
  const a1 = lower(v1, v3);
  const a2 = upper(v0, v2);
  const a3 = upper(v1, v3);
  const b0 = lower(a0, a1);
  const b1 = upper(a0, a1);
  const b2 = lower(a2, a3);
  const b3 = upper(a2, a3);
  v128.store(dst, transpose8(lower(b0, b2)));
  v128.store(dst, transpose8(upper(b0, b2)), 16);
  v128.store(dst, transpose8(lower(b1, b3)), 32);
  v128.store(dst, transpose8(upper(b1, b3)), 48);
}

/** Eight byte columns at src + j * COLUMN to 16 words at dst. */
@inline
function words(src: usize, dst: usize): void {
  const v0 = v128.load(src);
  const v1 = v128.load(src, COLUMN);
  const v2 = v128.load(src, COLUMN * 2);
  const v3 = v128.load(src, COLUMN * 3);
  const v4 = v128.load(src, COLUMN * 4);
  const v5 = v128.load(src, COLUMN * 5);
  const v6 = v128.load(src, COLUMN * 6);
  const v7 = v128.load(src, COLUMN * 7);
  // From position (r3 r2 r1 r0) in vector (c2 c1 c0) to position (r0 c2 c1 c0) in vector (r3 r2 r1).
  const a0 = lower(v0, v4);
  const a1 = lower(v1, v5);
  const a2 = lower(v2, v6);
  const a3 = lower(v3, v7);
  const a4 = upper(v0, v4);
  const a5 = upper(v1, v5);
  const a6 = upper(v2, v6);
  const a7 = upper(v3, v7);
  const b0 = lower(a0, a2);
  const b1 = lower(a1, a3);
  const b2 = upper(a0, a2);
  const b3 = upper(a1, a3);
  const b4 = lower(a4, a6);
  const b5 = lower(a5, a7);
  const b6 = upper(a4, a6);
  const b7 = upper(a5, a7);
  v128.store(dst, lower(b0, b1));
  v128.store(dst, upper(b0, b1), 16);
  v128.store(dst, lower(b2, b3), 32);
  v128.store(dst, upper(b2, b3), 48);
  v128.store(dst, lower(b4, b5), 64);
  v128.store(dst, upper(b4, b5), 80);
  v128.store(dst, lower(b6, b7), 96);
  v128.store(dst, upper(b6, b7), 112);
}

export function planesToWords(
  src: usize,
  dst: usize,
  blocks: u32,
  stride: usize,
  planes: u32,
): void {
  memory.fill(SCRATCH, 0, COLUMN * 8);
  for (let first: u32 = 0; first < blocks; first += GROUP) {
    const rows = min(GROUP, blocks - first) << 6;
    let at = SCRATCH;
    for (let plane: u32 = 0; plane < planes; plane += 8, at += COLUMN) {
      const from = src + <usize>plane * stride + (<usize>first << 3);
      const count = min<u32>(8, planes - plane);
      for (let row: u32 = 0; row < rows; row += 64) {
        column(from + (row >> 3), stride, count, at + row);
      }
    }
    for (let row: u32 = 0; row < rows; row += 16, dst += 128) words(SCRATCH + row, dst);
  }
}
