import { planeBytes } from '../field/planes.ts';

/**
 * Moves of bits within planes at addresses of a byte array, the same for each component of a sharing. Every function fills
 * `planeBytes(rows)` bytes: `rows` bits, then zeros. Control flow depends on numbers of rows alone.
 */

/** Bits 0, 2, 4, 6 of every byte. */
const EVEN = Uint8Array.from({ length: 256 }, (_, byte) =>
  [0, 1, 2, 3].reduce((bits, k) => bits | (((byte >> (2 * k)) & 1) << k), 0),
);
/** Bit k of a byte as bit 2 k. */
const SPREAD = Uint16Array.from({ length: 256 }, (_, byte) =>
  [0, 1, 2, 3, 4, 5, 6, 7].reduce((bits, k) => bits | (((byte >> k) & 1) << (2 * k)), 0),
);
/** The bits of every byte in the other order. */
const TURNED = Uint8Array.from({ length: 256 }, (_, byte) =>
  [0, 1, 2, 3, 4, 5, 6, 7].reduce((bits, k) => bits | (((byte >> k) & 1) << (7 - k)), 0),
);

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
  const place = ((first % 8) + 8) % 8;
  const offset = (first - place) / 8;
  // Bytes of `to` whose sources are bytes of `from`.
  const start = Math.min(bytes, Math.max(0, -offset));
  const end = Math.max(start, Math.min(bytes, Math.ceil(available / 8) - offset));
  u8.fill(0, to, to + start);
  u8.fill(0, to + end, to + bytes);
  if (place === 0) {
    u8.copyWithin(to + start, from + start + offset, from + end + offset);
  } else {
    const source = from + offset;
    for (let k = start; k < end; k++) {
      u8[to + k] = ((u8[source + k] ?? 0) | ((u8[source + k + 1] ?? 0) << 8)) >> place;
    }
    // The byte before the first: its upper bits come from the first byte.
    if (start > 0 && start === -offset) u8[to + start - 1] = (u8[from] ?? 0) << (8 - place);
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
  for (let k = 0; k < bytes; k++) {
    const at = from + 2 * k;
    const bits = (u8[at] ?? 0) | ((u8[at + 1] ?? 0) << 8) | ((u8[at + 2] ?? 0) << 16);
    const low = EVEN[(bits >> first) & 0xff] ?? 0;
    u8[to + k] = low | ((EVEN[(bits >> (first + 8)) & 0xff] ?? 0) << 4);
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
  const bytes = planeBytes(rows);
  for (let k = 0; 2 * k < bytes; k++) {
    const both = (SPREAD[u8[odd + k] ?? 0] ?? 0) | ((SPREAD[u8[even + k] ?? 0] ?? 0) << 1);
    const bits = (both << 1) | carry;
    u8[to + 2 * k] = bits;
    u8[to + 2 * k + 1] = bits >> 8;
    carry = both >> 15;
  }
  clearBeyond(u8, to, rows);
}

/** Row r of `to`, another plane than `from`, becomes row rows - 1 - r of it. */
export function reverseRows(u8: Uint8Array, from: number, to: number, rows: number): void {
  const bytes = planeBytes(rows);
  const padding = 8 * bytes - rows;
  for (let k = 0; k < bytes; k++) u8[to + k] = TURNED[u8[from + bytes - 1 - k] ?? 0] ?? 0;
  const [skip, place] = [Math.floor(padding / 8), padding % 8];
  for (let k = 0; k < bytes - skip; k++) {
    const at = to + skip + k;
    const above = skip + k + 1 < bytes ? (u8[at + 1] ?? 0) << 8 : 0;
    u8[to + k] = ((u8[at] ?? 0) | above) >> place;
  }
  u8.fill(0, to + bytes - skip, to + bytes);
  clearBeyond(u8, to, rows);
}
