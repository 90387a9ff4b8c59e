import { buildTables, lookUp, lookUpAll, product } from './gf64';

// z[i] depends on x[i], y[i] and z[i] only; z may be x or y.

export function gfTables(c: usize, tables: usize): void {
  buildTables(load<u64>(c), tables);
}

export function gfScale(x: usize, tables: usize, z: usize, n: u32): void {
  const end = z + (<usize>n << 3);
  const unrolled = z + ((<usize>n & ~3) << 3);
  for (; z < unrolled; x += 32, z += 32) {
    store<u64>(z, lookUp(tables, x));
    store<u64>(z, lookUp(tables, x + 8), 8);
    store<u64>(z, lookUp(tables, x + 16), 16);
    store<u64>(z, lookUp(tables, x + 24), 24);
  }
  for (; z < end; x += 8, z += 8) store<u64>(z, lookUp(tables, x));
}

export function gfAxpy(x: usize, tables: usize, z: usize, n: u32): void {
  lookUpAll(x, tables, z, z, n);
}

export function gfMul(x: usize, y: usize, z: usize, n: u32): void {
  for (const end = z + (<usize>n << 3); z < end; x += 8, y += 8, z += 8) {
    store<u64>(z, product(load<u64>(x), load<u64>(y)));
  }
}
