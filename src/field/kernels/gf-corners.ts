import { GF_BLOCKS, GF_TABLES } from './bytes';
import { buildTables, constantOf, lookUp, lookUpAll, power } from './gf64';
import { xorRange } from './planes';

// Two groups are treated together, one in each lane: group i of the first half and group i of the second half. The
// lowest three variables make a block of 8 words, which has 27 corners; the other variables have up to 27 corners, each of
// which is a block. The blocks of the four columns xl, xr, yl and yl ^ yr are next to each other.

/** Bytes of a block of eight words in two groups. */
const BLOCK: usize = 128;
/** Bytes of a column: 27 blocks. */
const COLUMN: usize = 27 * BLOCK;
/** Bytes of 27 corners in two groups. */
const CORNERS: usize = 27 * 16;

/** Sums of all corners, in two lanes. */
const SUMS: usize = GF_BLOCKS;
const COLUMNS: usize = SUMS + 27 * CORNERS;
/** The products of the corners of one block. */
const TERMS: usize = COLUMNS + 4 * COLUMN;
/** Stands for the group that is missing when their number is odd. */
const ZEROS: usize = TERMS + CORNERS;

/** Number of the block whose base-3 digits are the bits of i. */
@inline
function blockOf(i: u32): usize {
  return (i & 1) + 3 * ((i >> 1) & 1) + 9 * (i >> 2);
}

/** Two words of either group, p and q, to the lanes of two vectors at `to`. */
@inline
function alternate(p0: v128, q0: v128, to: usize): void {
  v128.store(to, v128.shuffle<u64>(p0, q0, 0, 2));
  v128.store(to, v128.shuffle<u64>(p0, q0, 1, 3), 16);
}

/** The words of two groups, at p and q, go to the blocks of a column whose upper variables have no digit 2. */
@inline
function loadColumn(p: usize, q: usize, blocks: u32, column: usize): void {
  for (let block: u32 = 0; block < blocks; block++, p += 64, q += 64) {
    const to = column + blockOf(block) * BLOCK;
    alternate(v128.load(p), v128.load(q), to);
    alternate(v128.load(p, 16), v128.load(q, 16), to + 32);
    alternate(v128.load(p, 32), v128.load(q, 32), to + 64);
    alternate(v128.load(p, 48), v128.load(q, 48), to + 96);
  }
}

/** A column of fewer than eight words: what is missing stays zero. */
@inline
function loadShort(p: usize, q: usize, bytes: usize, column: usize): void {
  for (let at: usize = 0; at < bytes; at += 8) {
    store<u64>(column + 2 * at, load<u64>(p + at));
    store<u64>(column + 2 * at, load<u64>(q + at), 8);
  }
}

/** From the corners with digits 0 and 1 of the upper variables to those with digit 2. */
@inline
function expand(variables: u32, column: usize): void {
  let low = BLOCK;
  for (let rest = variables; rest > 0; rest--, low *= 3) {
    for (let high: u32 = 0; high < 1 << (rest - 1); high++) {
      const at = column + 3 * low * blockOf(high);
      xorRange(at, at + low, at + 2 * low, low);
    }
  }
}

@inline
function andTerm(xl: v128, xr: v128, yl: v128, ys: v128): v128 {
  return v128.xor(v128.and(xl, ys), v128.and(xr, yl));
}

// A word of a block for the middle and the upper of its three variables: as it is, or where one of them or both have digit 2.
// The lowest variable chooses between `at` and `at` + 16, the middle one adds 32, the upper one 64.

@inline
function plain(at: usize): v128 {
  return v128.load(at);
}

@inline
function middle(at: usize): v128 {
  return v128.xor(v128.load(at), v128.load(at, 32));
}

@inline
function upper(at: usize): v128 {
  return v128.xor(v128.load(at), v128.load(at, 64));
}

@inline
function both(at: usize): v128 {
  return v128.xor(middle(at), v128.xor(v128.load(at, 64), v128.load(at, 96)));
}

/** The terms of the three corners of the lowest variable, from its two values in the four columns. */
@inline
function threeTerms(
  a0: v128,
  b0: v128,
  c0: v128,
  d0: v128,
  a1: v128,
  b1: v128,
  c1: v128,
  d1: v128,
  to: usize,
): void {
  v128.store(to, andTerm(a0, b0, c0, d0));
  v128.store(to, andTerm(a1, b1, c1, d1), 16);
  const a2 = v128.xor(a0, a1);
  const b2 = v128.xor(b0, b1);
  v128.store(to, andTerm(a2, b2, v128.xor(c0, c1), v128.xor(d0, d1)), 32);
}

@inline
function plainTerms(a: usize, to: usize): void {
  const b = a + COLUMN;
  const c = b + COLUMN;
  const d = c + COLUMN;
  threeTerms(
    plain(a), plain(b), plain(c), plain(d),
    plain(a + 16), plain(b + 16), plain(c + 16), plain(d + 16),
    to,
  );
}

@inline
function middleTerms(a: usize, to: usize): void {
  const b = a + COLUMN;
  const c = b + COLUMN;
  const d = c + COLUMN;
  threeTerms(
    middle(a), middle(b), middle(c), middle(d),
    middle(a + 16), middle(b + 16), middle(c + 16), middle(d + 16),
    to,
  );
}

@inline
function upperTerms(a: usize, to: usize): void {
  const b = a + COLUMN;
  const c = b + COLUMN;
  const d = c + COLUMN;
  threeTerms(
    upper(a), upper(b), upper(c), upper(d),
    upper(a + 16), upper(b + 16), upper(c + 16), upper(d + 16),
    to,
  );
}

@inline
function bothTerms(a: usize, to: usize): void {
  const b = a + COLUMN;
  const c = b + COLUMN;
  const d = c + COLUMN;
  threeTerms(
    both(a), both(b), both(c), both(d),
    both(a + 16), both(b + 16), both(c + 16), both(d + 16),
    to,
  );
}

/** The 27 corners of a block; `at` is its place in the first column. */
function blockTerms(at: usize): void {
  plainTerms(at, TERMS);
  plainTerms(at + 32, TERMS + 48);
  middleTerms(at, TERMS + 96);
  plainTerms(at + 64, TERMS + 144);
  plainTerms(at + 96, TERMS + 192);
  middleTerms(at + 64, TERMS + 240);
  upperTerms(at, TERMS + 288);
  upperTerms(at + 32, TERMS + 336);
  bothTerms(at, TERMS + 384);
}

function loadColumns(p: usize, q: usize, k: u32, column: usize): void {
  if (k < 3) {
    loadShort(p, q, <usize>8 << k, column);
  } else {
    loadColumn(p, q, 1 << (k - 3), column);
  }
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
): void {
  const variables = max(k, 3) - 3;
  let blocks: usize = 1;
  for (let rest = variables; rest > 0; rest--) blocks *= 3;
  let corners: usize = 27;
  for (let rest = k; rest < 3; rest++) corners /= 3;
  memory.fill(SUMS, 0, ZEROS + 512 - SUMS);
  const half = (groups + 1) >> 1;
  for (let group = half; group > 0; ) {
    group--;
    const p = (<usize>group << k) << 3;
    const q = (<usize>(half + group) << k) << 3;
    const isPair = half + group < groups;
    loadColumns(xl + p, isPair ? xl + q : ZEROS, k, COLUMNS);
    loadColumns(xr + p, isPair ? xr + q : ZEROS, k, COLUMNS + COLUMN);
    loadColumns(yl + p, isPair ? yl + q : ZEROS, k, COLUMNS + COLUMN * 2);
    loadColumns(yr + p, isPair ? yr + q : ZEROS, k, COLUMNS + COLUMN * 3);
    for (let column = COLUMNS; column < COLUMNS + COLUMN * 4; column += COLUMN) {
      expand(variables, column);
    }
    const ys = COLUMNS + COLUMN * 3;
    xorRange(ys, ys - COLUMN, ys, blocks * BLOCK);
    for (let block: usize = 0; block < blocks; block++) {
      blockTerms(COLUMNS + block * BLOCK);
      const sums = SUMS + block * CORNERS;
      lookUpAll(sums, tables, TERMS, sums, 2 * corners);
    }
  }
  buildTables(power(constantOf(tables), half), GF_TABLES);
  let sum = SUMS;
  for (const end = acc + ((blocks * corners) << 3); acc < end; acc += 8, sum += 16) {
    store<u64>(acc, load<u64>(sum) ^ lookUp(GF_TABLES, sum + 8));
  }
}
