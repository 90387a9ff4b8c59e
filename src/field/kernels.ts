/**
 * The compute kernels (AssemblyScript sources in `kernels/`, compiled to WebAssembly SIMD by the build).
 *
 * All arguments are unsigned 32-bit byte addresses into the arena or counts. Field elements are 64-bit
 * little-endian integers in [0, p), p = 2^61-1; every kernel takes and leaves canonical elements
 * unless it says otherwise. Bit-planes are byte ranges whose length is a multiple of 16; row r is bit
 * r mod 8 of byte r div 8. Constants are passed as the address of a field element.
 *
 * Counts n may be any number, odd ones included. Elementwise kernels (gates, xor, not, andReplicated,
 * fp*, inject*) may write over their own operands at the same address (z = x), but ranges must not
 * overlap in any other way, and two outputs must differ. wordsToPlanes, planesToWords and gather64
 * need outputs disjoint from inputs.
 */
export interface Kernels {
  /**
   * Runs `count` gate operations over planes of `bytes` bytes, in tiles that stay in cache.
   * code: count x 4 u32 words [op, dst, a, b], slots numbered from 0; the left component of slot s is at
   * left + s*stride, the right one at right + s*stride.
   * op 0: dst = a ^ b (both components). op 1: dst = a ^ (notLeft on left, notRight on right), the masks being 0 or -1.
   * op 2: left component of dst = al & (bl ^ br) ^ ar & bl (local part of a replicated AND; right untouched).
   * op 3: dst = a. op 4: dst = 0 in both components.
   * Choose a stride that is no multiple of 4096, e.g. bytes + 64: otherwise all slots share cache sets.
   */
  evalGates(
    code: number,
    count: number,
    left: number,
    right: number,
    stride: number,
    bytes: number,
    notLeft: number,
    notRight: number,
  ): void;
  /**
   * evalGates that also copies the operands of every AND: of the g-th AND of the code, the first `recordBytes` bytes of
   * xl, xr, yl, yr go to record + c*recordStride + g*recordBytes, c = 0..3. recordBytes <= bytes, any number; operands are those at the
   * time of the operation (its target may be an operand).
   */
  evalGatesRecorded(
    code: number,
    count: number,
    left: number,
    right: number,
    stride: number,
    bytes: number,
    notLeft: number,
    notRight: number,
    record: number,
    recordStride: number,
    recordBytes: number,
  ): void;
  /** z = xl & (yl ^ yr) ^ xr & yl over bytes. */
  andReplicated(xl: number, xr: number, yl: number, yr: number, z: number, bytes: number): void;
  /** z = x ^ y over bytes. */
  xor(x: number, y: number, z: number, bytes: number): void;
  /** z = ~x over bytes. */
  not(x: number, z: number, bytes: number): void;
  /** For each of `blocks` blocks of 64 words: plane b (of the first `planes`) of block k goes to dst + b*stride + 8k. */
  wordsToPlanes(src: number, dst: number, blocks: number, stride: number, planes: number): void;
  /** Inverse of wordsToPlanes; missing planes are zero bits. */
  planesToWords(src: number, dst: number, blocks: number, stride: number, planes: number): void;
  /** dst[i] = src[idx[i]], 64-bit words, idx u32. */
  gather64(src: number, idx: number, dst: number, n: number): void;
  /** `levelPairs` of src/program/sort-moves.ts over a table of `count` segments; left and right have a u32 for every pair. */
  sortPairs(table: number, count: number, left: number, right: number): void;
  /** `takeLevel` of src/program/sort-moves.ts for `rows` rows. */
  sortTake(
    table: number,
    count: number,
    bits: number,
    moved: number,
    next: number,
    scratch: number,
    rows: number,
  ): number;
  /** z = x + y mod p. */
  fpAdd(x: number, y: number, z: number, n: number): void;
  /** z = x - y mod p. */
  fpSub(x: number, y: number, z: number, n: number): void;
  /** z = x * y mod p. */
  fpMul(x: number, y: number, z: number, n: number): void;
  /** z = c * x mod p. */
  fpScale(x: number, c: number, z: number, n: number): void;
  /** z = z + c * x mod p. */
  fpAxpy(x: number, c: number, z: number, n: number): void;
  /** z = c0 * x + c1 * y mod p. */
  fpLin2(x: number, c0: number, y: number, c1: number, z: number, n: number): void;
  /** z[i] = c for all i. */
  fpFill(c: number, z: number, n: number): void;
  /** out = out + sum x[i]*y[i] mod p (one element). */
  fpDot(x: number, y: number, n: number, out: number): void;
  /** Value at the element at `r` of the lines through x0 at 0 and x1 at 1: x0 = x0 + r * (x1 - x0) mod p. */
  fpFoldLines(x0: number, x1: number, r: number, n: number): void;
  /**
   * Sums over such lines mod p: out[0] = out[0] + sum x0[i] * y0[i], out[1] = out[1] + sum (x1[i] - x0[i]) * (y1[i] - y0[i]).
   */
  fpDotLines(x0: number, x1: number, y0: number, y1: number, n: number, out: number): void;
  /** out = out + sum x[i] mod p (one element). */
  fpSum(x: number, n: number, out: number): void;
  /** Masks n random words to 61 bits in place; returns 1 if one of them equals p (the caller redraws those). */
  fpSample(x: number, n: number): number;
  /** 1 if all n words are canonical elements, else 0. */
  fpCanonical(x: number, n: number): number;
  /** Fused resharing for t = 1 with one PRG recipient: own = c[0]*d + c[1]*g, send = c[2]*d + c[3]*g (c: 4 elements). */
  fpReshare(d: number, g: number, own: number, send: number, c: number, n: number): void;
  /**
   * d = a*b dealt by party `party` (0, 1, 2) of three at points 1, 2, 3 with its Lagrange weight, the next party's value
   * being g: own = the dealer's value, send = the third party's. Equals fpMul and fpReshare with those constants.
   */
  fpMulReshare(
    a: number,
    b: number,
    g: number,
    own: number,
    send: number,
    party: number,
    n: number,
  ): void;
  /** Bit injection, dealing step: s = +1/-1 by bit (bl ^ br); own = c[0]*s + c[1]*g, send = c[2]*s + c[3]*g. n bits, any n. */
  injectDeal(
    bl: number,
    br: number,
    g: number,
    own: number,
    send: number,
    c: number,
    n: number,
  ): void;
  /** Bit injection, product step: d = u * (bit ? -k : k), k = c[4]; own = c[0]*d + c[1]*g, send = c[2]*d + c[3]*g. */
  injectProduct(
    u: number,
    bits: number,
    g: number,
    own: number,
    send: number,
    c: number,
    n: number,
  ): void;
  /** x = (1 - x) / 2 mod p in place. */
  injectFinish(x: number, n: number): void;
  /** z[i] = bit i of the plane at `bits` ? -k : k mod p, k the element at `k`. n bits, any n. */
  fpSigns(bits: number, k: number, z: number, n: number): void;

  /*
   * GF(2^64) = GF(2)[X] / (X^64 + X^4 + X^3 + X + 1); a 64-bit word is an element, bit l the coefficient of X^l; addition is
   * `xor`. Control flow and memory access may depend on values (tables): batches hold shares, so only shares of
   * single parties pass through here, on machines that know them anyway (docs/security.md on side channels).
   */

  /** The tables (GF_TABLE_BYTES at `tables`) of multiplication by the element at `c`. */
  gfTables(c: number, tables: number): void;
  /** z = z ^ c * x by c's tables. */
  gfAxpy(x: number, tables: number, z: number, n: number): void;
  /** out = out ^ sum x[i] * y[i] (one element). */
  gfDot(x: number, y: number, n: number, out: number): void;
  /** For each j < width: acc[j] = sum over w < groups of c^w * x[w*width + j], by c's tables (Horner). */
  gfHorner(x: number, groups: number, width: number, tables: number, acc: number): void;
  /**
   * Level 1 of PROTOCOLS A7. Words of group w are number w*2^k .. w*2^k + 2^k - 1 of each column, k <= 6; x_t, y_t for the 3^k
   * corners t (base 3, variable b has weight 3^b; digit 0, 1: the value there, 2: the XOR of both); acc[t] = sum over w of
   * c^w * (xl_t & (yl_t ^ yr_t) ^ xr_t & yl_t), by c's tables.
   */
  gfCorners(
    xl: number,
    xr: number,
    yl: number,
    yr: number,
    groups: number,
    k: number,
    tables: number,
    acc: number,
  ): void;
  /**
   * Folds bits to elements: out[w*64 + l] = out[w*64 + l] ^ c^(w - w mod side) * sum over j < 2^k of
   * weights[j] * (bit l of x[w*2^k + j]), by c's tables; k <= 6, side > 0.
   */
  gfFoldBits(
    x: number,
    groups: number,
    k: number,
    weights: number,
    side: number,
    tables: number,
    out: number,
  ): void;
  /**
   * z[w*64 + l] = c^(w mod side) * X^l * x[w*64 + l] for w < groups, by c's tables; side > 0. After gfFoldBits with the same
   * side, elements have the weights c^w X^l. Cheapest is a power of two near the square root of `groups`.
   */
  gfWeigh(x: number, groups: number, side: number, tables: number, z: number): void;
}

/** Bytes of the tables of a constant of GF(2^64): 8 x 256 elements. */
export const GF_TABLE_BYTES = 16384;

/** Bytes at the start of memory that the compiled kernels keep for constants and scratch. */
export const KERNEL_RESERVED_BYTES = 65536;
