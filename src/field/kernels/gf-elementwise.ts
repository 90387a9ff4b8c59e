import { buildTables, lookUpAll } from './gf64';

export function gfTables(c: usize, tables: usize): void {
  buildTables(load<u64>(c), tables);
}

export function gfAxpy(x: usize, tables: usize, z: usize, n: u32): void {
  lookUpAll(x, tables, z, z, n);
}
