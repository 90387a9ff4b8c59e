import { invariant, TacitError } from '../errors/tacit-error.ts';
import { planeBytes } from '../field/planes.ts';
import type { NumberBlock, StoredForm, TextBlock, UploadContext } from './upload.ts';

/** Where the values are, for the messages and for errors. */
export interface BlockPlace {
  /** Table and column in words, e.g. `claims.amount`. */
  readonly what: string;
  readonly column: number;
  readonly block: number;
  /** Rows of the part before this block. */
  readonly firstRow: number;
}

/**
 * Copies integers to the arena as 64-bit words, NULL and padding as 0, and checks the bounds. Returns the address.
 * VALUE_OUT_OF_BOUNDS names the row, never the value.
 */
export function loadWords(
  context: UploadContext,
  form: StoredForm,
  place: BlockPlace,
  block: NumberBlock,
): number {
  const { values, nulls } = block;
  const rows = values.length;
  const lanes = planeBytes(rows) * 8;
  const at = context.arena.alloc(lanes * 8);
  const words = new Int32Array(context.arena.memory.buffer, at, lanes * 2);
  words.set(new Int32Array(values.buffer, values.byteOffset, rows * 2));
  words.fill(0, rows * 2);
  if (nulls) {
    invariant(nulls.length === rows, 'as many null flags as values');
    zeroNulls(words, nulls, form.nullable, place);
  }
  checkBounds(words, rows, nulls, form, place);
  return at;
}

function zeroNulls(
  words: Int32Array,
  nulls: Uint8Array,
  nullable: boolean,
  place: BlockPlace,
): void {
  for (let row = 0; row < nulls.length; row++) {
    if (nulls[row] === 0) continue;
    if (!nullable) throw outside(place, row, 'is NULL, which the column does not allow');
    words[2 * row] = 0;
    words[2 * row + 1] = 0;
  }
}

/** Compares the two halves of each word, high one signed, low one unsigned: no BigInt per row. */
function checkBounds(
  words: Int32Array,
  rows: number,
  nulls: Uint8Array | undefined,
  form: StoredForm,
  place: BlockPlace,
): void {
  const [minLow, minHigh] = halves(form.min);
  const [maxLow, maxHigh] = halves(form.max);
  for (let row = 0; row < rows; row++) {
    const low = (words[2 * row] as number) >>> 0;
    const high = words[2 * row + 1] as number;
    const small = high < minHigh || (high === minHigh && low < minLow);
    const large = high > maxHigh || (high === maxHigh && low > maxLow);
    if ((small || large) && !nulls?.[row]) {
      throw outside(place, row, 'lies outside the bounds declared for the column');
    }
  }
}

function halves(value: bigint): [low: number, high: number] {
  return [Number(BigInt.asUintN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

function outside(place: BlockPlace, row: number, problem: string): TacitError {
  const at = place.firstRow + row + 1;
  return new TacitError('VALUE_OUT_OF_BOUNDS', `${place.what}: row ${at} ${problem}`);
}

/**
 * Copies bytes of secret text to the arena as 64-bit words: of each value, seen as `bytes` bytes with zeros behind that
 * make one big-endian number, the 64 bits from 64 * word on. NULL and padding are 0. Returns the address. The
 * block must have been checked.
 */
export function loadTextWords(
  context: UploadContext,
  bytes: number,
  block: TextBlock,
  word: number,
): number {
  const { nulls, offsets, text } = block;
  const rows = offsets.length - 1;
  const lanes = planeBytes(rows) * 8;
  const at = context.arena.alloc(lanes * 8);
  const words = context.arena.u8.subarray(at, at + lanes * 8);
  words.fill(0);
  // Byte k of a value has weight 256^(bytes - 1 - k).
  const last = bytes - 1 - 8 * word;
  for (let row = 0; row < rows; row++) {
    if (nulls?.[row]) continue;
    const from = offsets[row] as number;
    const length = (offsets[row + 1] as number) - from;
    for (let k = Math.max(0, last - 7); k <= last && k < length; k++) {
      words[8 * row + last - k] = text[from + k] as number;
    }
  }
  return at;
}

/** Whether every value of secret text has at most `bytes` bytes and no NUL; VALUE_OUT_OF_BOUNDS names the row. */
export function checkText(
  form: StoredForm,
  bytes: number,
  place: BlockPlace,
  block: TextBlock,
): void {
  const { nulls, offsets, text } = block;
  const rows = offsets.length - 1;
  invariant(!nulls || nulls.length === rows, 'as many null flags as values');
  invariant(offsets[0] === 0 && offsets[rows] === text.length, 'offsets cover the text');
  for (let row = 0; row < rows; row++) {
    if (nulls?.[row]) {
      if (!form.nullable) throw outside(place, row, 'is NULL, which the column does not allow');
      continue;
    }
    const from = offsets[row] as number;
    const to = offsets[row + 1] as number;
    invariant(from <= to, 'offsets ascend');
    if (to - from > bytes) throw outside(place, row, `has more than ${bytes} bytes of UTF-8`);
  }
  // Zeros pad what is shorter, so a NUL would be lost or make two values equal.
  for (let nul = text.indexOf(0); nul >= 0; nul = text.indexOf(0, nul + 1)) {
    const row = rowAt(offsets, nul);
    if (!nulls?.[row]) throw outside(place, row, 'contains the character NUL');
  }
}

/** The row that a byte belongs to. */
function rowAt(offsets: Uint32Array, at: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] as number) <= at) low = middle;
    else high = middle;
  }
  return low;
}
