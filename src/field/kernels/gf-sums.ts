import { product, times } from './gf64';

export function gfDot(x: usize, y: usize, n: u32, out: usize): void {
  let sum = load<u64>(out);
  for (const end = x + (<usize>n << 3); x < end; x += 8, y += 8) {
    sum ^= product(load<u64>(x), load<u64>(y));
  }
  store<u64>(out, sum);
}

/** From the last group to the first: acc = c * acc + x. */
export function gfHorner(x: usize, groups: u32, width: u32, tables: usize, acc: usize): void {
  const bytes = <usize>width << 3;
  memory.fill(acc, 0, bytes);
  for (let row = x + <usize>groups * bytes; row != x; ) {
    row -= bytes;
    for (let at: usize = 0; at < bytes; at += 8) {
      store<u64>(acc + at, times(tables, load<u64>(acc + at)) ^ load<u64>(row + at));
    }
  }
}
