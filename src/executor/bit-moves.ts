/** Copies `count` bits; a bit's number is 8 times its byte's address plus its place in the byte. Ranges must not overlap. */
export function copyBits(u8: Uint8Array, from: number, to: number, count: number): void {
  let done = 0;
  if (from % 8 === 0 && to % 8 === 0) {
    const bytes = Math.floor(count / 8);
    u8.copyWithin(to / 8, from / 8, from / 8 + bytes);
    done = 8 * bytes;
  }
  for (let k = done; k < count; k++) setBit(u8, to + k, getBit(u8, from + k));
}

export function getBit(u8: Uint8Array, bit: number): number {
  return ((u8[Math.floor(bit / 8)] ?? 0) >> (bit % 8)) & 1;
}

/** Sets a bit to 0 or 1; control flow and memory access do not depend on which. */
export function setBit(u8: Uint8Array, bit: number, value: number): void {
  const at = Math.floor(bit / 8);
  const place = bit % 8;
  u8[at] = ((u8[at] ?? 0) & ~(1 << place)) | (value << place);
}
