import { buildTables, product, timesX, times } from './gf64';

export function gfFoldBits(
  x: usize,
  groups: u32,
  k: u32,
  weights: usize,
  out: usize,
  scratch: usize,
): void {
  const words = <usize>1 << k;
  for (let group: u32 = 0; group < groups; group++, x += words << 3, out += 512) {
    for (let lane: u64 = 0; lane < 64; lane++) {
      let sum = load<u64>(out + (<usize>lane << 3));
      for (let j: usize = 0; j < words; j++) {
        sum ^= load<u64>(weights + (j << 3)) & -((load<u64>(x + (j << 3)) >> lane) & 1);
      }
      store<u64>(out + (<usize>lane << 3), sum);
    }
  }
}

export function gfWeigh(x: usize, groups: u32, tables: usize, z: usize): void {
  let power: u64 = 1;
  for (let group: u32 = 0; group < groups; group++) {
    let weight = power;
    for (let lane = 0; lane < 64; lane++, x += 8, z += 8) {
      store<u64>(z, product(weight, load<u64>(x)));
      weight = timesX(weight);
    }
    power = times(tables, power);
  }
}
