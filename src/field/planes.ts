/** Rows per stored block; the last block of a part is shorter. */
export const BLOCK_ROWS = 65536;

/** Bytes of one bit-plane of `rows` rows: whole 128-bit lanes. */
export function planeBytes(rows: number): number {
  return Math.ceil(rows / 128) * 16;
}
