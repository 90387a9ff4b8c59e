import { planeBytes } from '../field/planes.ts';

/**
 * Moves of bits within planes at addresses of a byte array, multiples of 4, the same for each component of a sharing. Every
 * function fills `planeBytes(rows)` bytes: `rows` bits, then zeros. Control flow depends on numbers of rows alone.
 */

/** Bits 0, 2, ..., 14 of every number of 16 bits. */
const EVEN = Uint8Array.from({ length: 1 << 16 }, (_, word) => {
  const pairs = word & 0x5555;
  const quads = (pairs | (pairs >> 1)) & 0x3333;
  const octets = (quads | (quads >> 2)) & 0x0f0f;
  return octets | (octets >> 4);
});
/** Bit k of a byte as bit 2 k. */
const SPREAD = Uint16Array.from({ length: 256 }, (_, byte) =>
  [0, 1, 2, 3, 4, 5, 6, 7].reduce((bits, k) => bits | (((byte >> k) & 1) << (2 * k)), 0),
);

/** The memory as little-endian words of 16 or 32 bits. */
const words16 = (u8: Uint8Array) =>
  new Uint16Array(u8.buffer, u8.byteOffset, Math.floor(u8.length / 2));
const words32 = (u8: Uint8Array) =>
  new Uint32Array(u8.buffer, u8.byteOffset, Math.floor(u8.length / 4));

/** Clears what is beyond the rows of a plane. */
export function clearBeyond(u8: Uint8Array, plane: number, rows: number): void {
  const whole = Math.floor(rows / 8);
  const end = planeBytes(rows);
  if (whole === end) return;
  u8[plane + whole] = (u8[plane + whole] ?? 0) & ((1 << (rows % 8)) - 1);
  u8.fill(0, plane + whole + 1, plane + end);
}

/** Row r of `to` becomes row r of `from`. */
export function copyRows(u8: Uint8Array, from: number, to: number, rows: number): void {
  u8.copyWithin(to, from, from + planeBytes(rows));
  clearBeyond(u8, to, rows);
}

/** Row r of `to` becomes row `first` + r of `from`, a plane of `available` rows; 0 where it has none. `first` may be negative. */
export function copyShifted(
  u8: Uint8Array,
  from: number,
  available: number,
  first: number,
  to: number,
  rows: number,
): void {
  const bytes = planeBytes(rows);
  const place = ((first % 32) + 32) % 32;
  const offset = (first - place) / 32;
  // Words of `to` whose sources begin in a word of `from`.
  const start = Math.min(bytes / 4, Math.max(0, -offset));
  const end = Math.max(start, Math.min(bytes / 4, Math.ceil(available / 32) - offset));
  u8.fill(0, to, to + 4 * start);
  u8.fill(0, to + 4 * end, to + bytes);
  if (place === 0) {
    u8.copyWithin(to + 4 * start, from + 4 * (start + offset), from + 4 * (end + offset));
  } else {
    const words = words32(u8);
    const [source, target] = [from / 4 + offset, to / 4];
    for (let k = start; k < end; k++) {
      words[target + k] =
        ((words[source + k] ?? 0) >>> place) | ((words[source + k + 1] ?? 0) << (32 - place));
    }
    // The word before the first: its upper bits come from the first word.
    if (start > 0 && start === -offset) {
      words[target + start - 1] = (words[from / 4] ?? 0) << (32 - place);
    }
  }
  const valid = Math.max(0, Math.min(rows, available - first));
  u8.fill(0, to + planeBytes(valid), to + bytes);
  clearBeyond(u8, to, valid);
}

/** Row r of `to` becomes row `first` + 2 r of `from`; `first` is 0, 1 or 2, and all of these rows are there. */
export function takeEverySecond(
  u8: Uint8Array,
  from: number,
  first: 0 | 1 | 2,
  to: number,
  rows: number,
): void {
  const bytes = Math.ceil(rows / 8);
  const words = words16(u8);
  const source = from / 2;
  if (first === 2) {
    for (let k = 0; k < bytes; k++) {
      const bits = ((words[source + k] ?? 0) >> 2) | ((words[source + k + 1] ?? 0) << 14);
      u8[to + k] = EVEN[bits & 0xffff] ?? 0;
    }
  } else {
    for (let k = 0; k < bytes; k++) {
      u8[to + k] = EVEN[(words[source + k] ?? 0) >> first] ?? 0;
    }
  }
  u8.fill(0, to + bytes, to + planeBytes(rows));
  clearBeyond(u8, to, rows);
}

/**
 * Row 0 of `to` becomes row 0 of `head`, rows 1, 3, ... become the rows of `odd` and rows 2, 4, ... those of `even`. `to` may be
 * `head`, but neither of the others.
 */
export function interleave(
  u8: Uint8Array,
  head: number,
  odd: number,
  even: number,
  to: number,
  rows: number,
): void {
  let carry = (u8[head] ?? 0) & 1;
  const words = words16(u8);
  const target = to / 2;
  const count = planeBytes(rows) / 2;
  for (let k = 0; k < count; k++) {
    const both = (SPREAD[u8[odd + k] ?? 0] ?? 0) | ((SPREAD[u8[even + k] ?? 0] ?? 0) << 1);
    words[target + k] = (both << 1) | carry;
    carry = both >> 15;
  }
  clearBeyond(u8, to, rows);
}

/** Row r of `to`, another plane than `from`, becomes row rows - 1 - r of it. */
export function reverseRows(u8: Uint8Array, from: number, to: number, rows: number): void {
  const words = words32(u8);
  const count = planeBytes(rows) / 4;
  const [source, target] = [from / 4, to / 4];
  const padding = 32 * count - rows;
  const [skip, place] = [Math.floor(padding / 32), padding % 32];
  for (let k = 0; k < count - skip; k++) {
    const at = source + count - 1 - skip - k;
    const low = turned(words[at] ?? 0) >>> place;
    // A shift by 32 is none at all in JavaScript.
    const high = place === 0 || at === source ? 0 : turned(words[at - 1] ?? 0) << (32 - place);
    words[target + k] = low | high;
  }
  u8.fill(0, 4 * (target + count - skip), 4 * (target + count));
  clearBeyond(u8, to, rows);
}

/** The bits of a word in the other order. */
function turned(word: number): number {
  const ones = ((word >>> 1) & 0x55555555) | ((word & 0x55555555) << 1);
  const pairs = ((ones >>> 2) & 0x33333333) | ((ones & 0x33333333) << 2);
  const quads = ((pairs >>> 4) & 0x0f0f0f0f) | ((pairs & 0x0f0f0f0f) << 4);
  const bytes = ((quads >>> 8) & 0x00ff00ff) | ((quads & 0x00ff00ff) << 8);
  return (bytes >>> 16) | (bytes << 16);
}
