import { canonical, loadConstant, storeLast, vp } from './modular';

/** p - 0 = p is reduced once, not per row. */
export function fpSigns(bits: usize, k: usize, z: usize, n: u32): void {
  const plus = loadConstant(k);
  const minus = canonical(i64x2.sub(vp(), plus));
  const place = i64x2(1, 2);
  const even = n & ~1;
  let row: u32 = 0;
  for (; row < even; row += 2, z += 16) {
    const byte: u32 = load<u8>(bits + (row >> 3));
    const pair = i64x2.splat(<u64>(byte >> (row & 7)));
    v128.store(z, v128.bitselect(minus, plus, i64x2.eq(v128.and(pair, place), place)));
  }
  if (n & 1) {
    const byte: u32 = load<u8>(bits + (row >> 3));
    const negative = i64x2.splat(-(<u64>((byte >> (row & 7)) & 1)));
    storeLast(z, v128.bitselect(minus, plus, negative));
  }
}
