// One step of a byte-matrix transposition: the bytes of a and b alternate. Seen as index bits, the top
// bit of the position moves to the vector number and the bit that tells a from b becomes the lowest.

@inline
export function lower(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

@inline
export function upper(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/** Blocks (of 64 rows) handled together, so that a plane is touched a whole cache line at a time. */
export const GROUP: u32 = 8;

/** Bytes between two byte columns in the scratch area: one byte per row of a group. */
export const COLUMN: usize = 512;

/**
 * Byte column j of the rows in a group starts at SCRATCH + j * COLUMN. A fixed address in the reserved
 * part of memory: no data segment, no allocator.
 */
export const SCRATCH: usize = 4096;

export const SCRATCH_END: usize = SCRATCH + 8 * COLUMN;

/*
 * What the kernels over GF(2^64) keep in the rest of the reserved memory while they run: tables or buckets of 8 x 256
 * elements, and blocks. Fixed addresses become part of the instructions.
 */
export const GF_TABLES: usize = SCRATCH_END;
export const GF_BLOCKS: usize = GF_TABLES + 16384;
export const GF_BLOCKS_END: usize = 65536;
