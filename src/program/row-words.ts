/** Bits of a word, as which shuffles move the bits of a row. */
export const WORD_BITS = 64;
export const WORD_BYTES = 8;

/** Words that hold the bits of a row in so many planes. */
export function rowWords(planes: number): number {
  return Math.ceil(planes / WORD_BITS);
}
