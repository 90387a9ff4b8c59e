import { COLUMN, GROUP, lower, SCRATCH, upper } from './bytes';

/** 16 words at src to eight byte columns at dst + j * COLUMN. */
@inline
function columns(src: usize, dst: usize): void {
  const v0 = v128.load(src);
  const v1 = v128.load(src, 16);
  const v2 = v128.load(src, 32);
  const v3 = v128.load(src, 48);
  const v4 = v128.load(src, 64);
  const v5 = v128.load(src, 80);
  const v6 = v128.load(src, 96);
  const v7 = v128.load(src, 112);
  // Rows r and r + 8 alternate: position (c2 c1 c0 r3), vector (r0 r2 r1).
  const a0 = lower(v0, v4);
  const a1 = lower(v1, v5);
  const a2 = lower(v2, v6);
  const a3 = lower(v3, v7);
  const a4 = upper(v0, v4);
  const a5 = upper(v1, v5);
  const a6 = upper(v2, v6);
  const a7 = upper(v3, v7);
  // Position (c1 c0 r3 r2), vector (r0 c2 r1).
  const b0 = lower(a0, a2);
  const b1 = lower(a1, a3);
  const b2 = upper(a0, a2);
  const b3 = upper(a1, a3);
  const b4 = lower(a4, a6);
  const b5 = lower(a5, a7);
  const b6 = upper(a4, a6);
  const b7 = upper(a5, a7);
  // Position (c0 r3 r2 r1), vector (r0 c2 c1).
  const c0 = lower(b0, b1);
  const c1 = upper(b0, b1);
  const c2 = lower(b2, b3);
  const c3 = upper(b2, b3);
  const c4 = lower(b4, b5);
  const c5 = upper(b4, b5);
  const c6 = lower(b6, b7);
  const c7 = upper(b6, b7);
  // Position (r3 r2 r1 r0), vector (c0 with c2 c1).
  v128.store(dst, lower(c0, c4));
  v128.store(dst, upper(c0, c4), COLUMN);
  v128.store(dst, lower(c1, c5), COLUMN * 2);
  v128.store(dst, upper(c1, c5), COLUMN * 3);
  v128.store(dst, lower(c2, c6), COLUMN * 4);
  v128.store(dst, upper(c2, c6), COLUMN * 5);
  v128.store(dst, lower(c3, c7), COLUMN * 6);
  v128.store(dst, upper(c3, c7), COLUMN * 7);
}

/** The top bits of 64 bytes. */
@inline
function topBits(a: v128, b: v128, c: v128, d: v128): u64 {
  const first = <u64>(<u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16));
  const second = <u64>(<u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16));
  return first | (second << 32);
}

/** The lowest `count` (1 to 8) bits of 64 bytes at src, bit b to dst + b * stride. */
@inline
function bits(src: usize, dst: usize, stride: usize, count: u32): void {
  const skip = <i32>(8 - count);
  let a = i8x16.shl(v128.load(src), skip);
  let b = i8x16.shl(v128.load(src, 16), skip);
  let c = i8x16.shl(v128.load(src, 32), skip);
  let d = i8x16.shl(v128.load(src, 48), skip);
  let at = dst + <usize>(count - 1) * stride;
  store<u64>(at, topBits(a, b, c, d));
  for (let left = count - 1; left > 0; left -= 1) {
    a = i8x16.add(a, a);
    b = i8x16.add(b, b);
    c = i8x16.add(c, c);
    d = i8x16.add(d, d);
    at -= stride;
    store<u64>(at, topBits(a, b, c, d));
  }
}

export function wordsToPlanes(
  src: usize,
  dst: usize,
  blocks: u32,
  stride: usize,
  planes: u32,
): void {
  for (let first: u32 = 0; first < blocks; first += GROUP) {
    const rows = min(GROUP, blocks - first) << 6;
    for (let row: u32 = 0; row < rows; row += 16, src += 128) columns(src, SCRATCH + row);
    let column = SCRATCH;
    for (let plane: u32 = 0; plane < planes; plane += 8, column += COLUMN) {
      const count = min<u32>(8, planes - plane);
      const at = dst + <usize>plane * stride + (<usize>first << 3);
      for (let row: u32 = 0; row < rows; row += 64) {
        bits(column + row, at + (row >> 3), stride, count);
      }
    }
  }
}
