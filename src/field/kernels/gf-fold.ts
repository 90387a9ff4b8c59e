import { GF_BLOCKS, GF_TABLES } from './bytes';
import {
  buildTable,
  buildTables,
  constantOf,
  lookUp,
  power,
  product,
  TABLE,
  timesPower,
} from './gf64';

// Elements get the factor c^w X^l for the lane l of group w in two parts: c^(w - w mod side) is the same for `side` groups in
// a row, so that it goes into the weights by which they are folded; c^(w mod side) X^l is multiplied to elements.

/** 64 words, and their bits sorted by lane. */
const WORDS: usize = GF_BLOCKS;
const LANES: usize = GF_BLOCKS + 512;
/** The weights of 64 words, times the groups' factor. */
const WEIGHTS: usize = GF_BLOCKS + 1024;
/** Tables of the constant by which that factor grows. */
const STEP_TABLES: usize = GF_BLOCKS + 1536;

/** Exchanges the bits at `mask` << shift of a with those at `mask` of b. */
@inline
function exchanged(a: v128, b: v128, shift: i32, mask: v128): v128 {
  return v128.and(v128.xor(i64x2.shr_u(a, shift), b), mask);
}

/**
 * Words 2i and 2i + 1 for i = first .. first + 7 become eight vectors, the b-th of which has in byte p of its lower half bit
 * 8p + b of words 0, 2 .. 14 and in the upper half that of words 1, 3 .. 15: an 8 x 8 transposition in every byte.
 */
@inline
function sortByLane(words: usize, to: usize): void {
  const ones = i8x16.splat(0x55);
  const twos = i8x16.splat(0x33);
  const fours = i8x16.splat(0x0f);
  let a = v128.load(words);
  let b = v128.load(words, 16);
  let c = v128.load(words, 32);
  let d = v128.load(words, 48);
  let e = v128.load(words, 64);
  let f = v128.load(words, 80);
  let g = v128.load(words, 96);
  let h = v128.load(words, 112);
  let t = exchanged(a, b, 1, ones);
  a = v128.xor(a, i64x2.shl(t, 1));
  b = v128.xor(b, t);
  t = exchanged(c, d, 1, ones);
  c = v128.xor(c, i64x2.shl(t, 1));
  d = v128.xor(d, t);
  t = exchanged(e, f, 1, ones);
  e = v128.xor(e, i64x2.shl(t, 1));
  f = v128.xor(f, t);
  t = exchanged(g, h, 1, ones);
  g = v128.xor(g, i64x2.shl(t, 1));
  h = v128.xor(h, t);
  t = exchanged(a, c, 2, twos);
  a = v128.xor(a, i64x2.shl(t, 2));
  c = v128.xor(c, t);
  t = exchanged(b, d, 2, twos);
  b = v128.xor(b, i64x2.shl(t, 2));
  d = v128.xor(d, t);
  t = exchanged(e, g, 2, twos);
  e = v128.xor(e, i64x2.shl(t, 2));
  g = v128.xor(g, t);
  t = exchanged(f, h, 2, twos);
  f = v128.xor(f, i64x2.shl(t, 2));
  h = v128.xor(h, t);
  t = exchanged(a, e, 4, fours);
  v128.store(to, v128.xor(a, i64x2.shl(t, 4)));
  v128.store(to, v128.xor(e, t), 256);
  t = exchanged(b, f, 4, fours);
  v128.store(to, v128.xor(b, i64x2.shl(t, 4)), 64);
  v128.store(to, v128.xor(f, t), 320);
  t = exchanged(c, g, 4, fours);
  v128.store(to, v128.xor(c, i64x2.shl(t, 4)), 128);
  v128.store(to, v128.xor(g, t), 384);
  t = exchanged(d, h, 4, fours);
  v128.store(to, v128.xor(d, i64x2.shl(t, 4)), 192);
  v128.store(to, v128.xor(h, t), 448);
}

/** The entry of byte number q (of eight, eight bytes apart) in table q. */
@inline
function lookUpApart(at: usize): u64 {
  const a = load<u64>(<usize>load<u8>(at) << 3, GF_TABLES);
  const b = load<u64>(<usize>load<u8>(at, 8) << 3, GF_TABLES + TABLE);
  const c = load<u64>(<usize>load<u8>(at, 16) << 3, GF_TABLES + TABLE * 2);
  const d = load<u64>(<usize>load<u8>(at, 24) << 3, GF_TABLES + TABLE * 3);
  const e = load<u64>(<usize>load<u8>(at, 32) << 3, GF_TABLES + TABLE * 4);
  const f = load<u64>(<usize>load<u8>(at, 40) << 3, GF_TABLES + TABLE * 5);
  const g = load<u64>(<usize>load<u8>(at, 48) << 3, GF_TABLES + TABLE * 6);
  const h = load<u64>(<usize>load<u8>(at, 56) << 3, GF_TABLES + TABLE * 7);
  return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
}

@inline
function add(to: usize, x: u64): void {
  store<u64>(to, load<u64>(to) ^ x);
}

/** Sorts the bits of 64 words, or of fewer that zeros complete. */
@inline
function sortGroup(x: usize, bytes: usize): void {
  let words = x;
  if (bytes < 512) {
    memory.copy(WORDS, x, bytes);
    words = WORDS;
  }
  sortByLane(words, LANES);
  sortByLane(words + 128, LANES + 16);
  sortByLane(words + 256, LANES + 32);
  sortByLane(words + 384, LANES + 48);
}

/** Adds the 64 elements of a group. Lane 8p + b has its bytes at p, p + 8 ... of row b. */
@inline
function foldGroup(out: usize): void {
  for (let row = LANES; row < LANES + 512; row += 64, out += 8) {
    for (let p: usize = 0; p < 8; p += 4) {
      const to = out + (p << 6);
      const at = row + p;
      add(to, lookUpApart(at));
      add(to + 64, lookUpApart(at + 1));
      add(to + 128, lookUpApart(at + 2));
      add(to + 192, lookUpApart(at + 3));
    }
  }
}

/** Tables of the subset sums of the weights, by the order of bits that sortByLane makes. */
function buildWeightTables(): void {
  for (let q: usize = 0; q < 8; q++) {
    buildTable(GF_TABLES + q * TABLE, WEIGHTS + ((q & 1) << 3) + ((q >> 1) << 7), 16);
  }
}

/** To the next factor. */
@inline
function stepWeights(): void {
  for (let at = WEIGHTS; at < WEIGHTS + 512; at += 8) store<u64>(at, lookUp(STEP_TABLES, at));
}

export function gfFoldBits(
  x: usize,
  groups: u32,
  k: u32,
  weights: usize,
  side: u32,
  tables: usize,
  out: usize,
): void {
  const bytes = <usize>8 << k;
  memory.fill(WORDS, 0, 512);
  memory.fill(WEIGHTS, 0, 512);
  memory.copy(WEIGHTS, weights, bytes);
  if (side < groups) buildTables(power(constantOf(tables), side), STEP_TABLES);
  for (let first: u32 = 0; first < groups; first += side) {
    if (first > 0) stepWeights();
    buildWeightTables();
    for (let left = min(side, groups - first); left > 0; left--, x += bytes, out += 512) {
      sortGroup(x, bytes);
      foldGroup(out);
    }
  }
}

/** z = c * X^l * x for the 64 lanes l, by c's tables. */
@inline
function weighGroup(x: usize, z: usize): void {
  for (let lane: u64 = 0; lane < 64; lane += 4, x += 32, z += 32) {
    store<u64>(z, timesPower(load<u64>(x), lane));
    store<u64>(z, timesPower(load<u64>(x, 8), lane + 1), 8);
    store<u64>(z, timesPower(load<u64>(x, 16), lane + 2), 16);
    store<u64>(z, timesPower(load<u64>(x, 24), lane + 3), 24);
    store<u64>(z, lookUp(GF_TABLES, z));
    store<u64>(z, lookUp(GF_TABLES, z + 8), 8);
    store<u64>(z, lookUp(GF_TABLES, z + 16), 16);
    store<u64>(z, lookUp(GF_TABLES, z + 24), 24);
  }
}

/** By factor, not by group, so that building tables does not count. */
export function gfWeigh(x: usize, groups: u32, side: u32, tables: usize, z: usize): void {
  const c = constantOf(tables);
  let factor: u64 = 1;
  for (let first: u32 = 0; first < min(side, groups); first++) {
    buildTables(factor, GF_TABLES);
    for (let group = first; group < groups; group += side) {
      const at = <usize>group << 9;
      weighGroup(x + at, z + at);
    }
    factor = product(factor, c);
  }
}
