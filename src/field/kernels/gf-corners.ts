import { times } from './gf64';

/**
 * Writes the 3^k corners of 2^k words. One variable at a time, lowest first: blocks of `low` corners of its two values become three.
 * The result alternates between a and b; its address is returned.
 */
function expand(words: usize, k: u32, a: usize, b: usize): usize {
  let source = words;
  let target = a;
  let low: usize = 8;
  for (let pairs: u32 = (1 << k) >> 1; pairs > 0; pairs >>= 1) {
    let from = source;
    let to = target;
    for (let pair: u32 = 0; pair < pairs; pair++) {
      for (let at: usize = 0; at < low; at += 8) {
        const at0 = load<u64>(from + at);
        const at1 = load<u64>(from + low + at);
        store<u64>(to + at, at0);
        store<u64>(to + low + at, at1);
        store<u64>(to + 2 * low + at, at0 ^ at1);
      }
      from += 2 * low;
      to += 3 * low;
    }
    low *= 3;
    source = target;
    target = target == a ? b : a;
  }
  return source;
}

export function gfCorners(
  xl: usize,
  xr: usize,
  yl: usize,
  yr: usize,
  groups: u32,
  k: u32,
  tables: usize,
  acc: usize,
  scratch: usize,
): void {
  let size: usize = 8;
  for (let variable: u32 = 0; variable < k; variable++) size *= 3;
  memory.fill(acc, 0, size);
  for (let group = groups; group > 0; ) {
    const word = (<usize>--group << k) << 3;
    const a = expand(xl + word, k, scratch, scratch + size);
    const b = expand(xr + word, k, scratch + 2 * size, scratch + 3 * size);
    const c = expand(yl + word, k, scratch + 4 * size, scratch + 5 * size);
    const d = expand(yr + word, k, scratch + 6 * size, scratch + 7 * size);
    for (let t: usize = 0; t < size; t += 8) {
      const y = load<u64>(c + t);
      const term = (load<u64>(a + t) & (y ^ load<u64>(d + t))) ^ (load<u64>(b + t) & y);
      store<u64>(acc + t, times(tables, load<u64>(acc + t)) ^ term);
    }
  }
}
