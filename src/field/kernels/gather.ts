export function gather64(src: usize, idx: usize, dst: usize, n: u32): void {
  const end = dst + (<usize>n << 3);
  const unrolled = dst + ((<usize>n & ~3) << 3);
  for (; dst < unrolled; dst += 32, idx += 16) {
    const a = load<u64>(src + (<usize>load<u32>(idx) << 3));
    const b = load<u64>(src + (<usize>load<u32>(idx, 4) << 3));
    const c = load<u64>(src + (<usize>load<u32>(idx, 8) << 3));
    const d = load<u64>(src + (<usize>load<u32>(idx, 12) << 3));
    store<u64>(dst, a);
    store<u64>(dst, b, 8);
    store<u64>(dst, c, 16);
    store<u64>(dst, d, 24);
  }
  for (; dst < end; dst += 8, idx += 4) {
    store<u64>(dst, load<u64>(src + (<usize>load<u32>(idx) << 3)));
  }
}
