import { invariant, TacitError } from '../errors/tacit-error.ts';
import { P } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import {
  type BlockMessage,
  type ColumnBlock,
  type ComponentMessage,
  planesOf,
  SEED_BYTES,
  type StoredForm,
  type UploadContext,
} from './upload.ts';
import { copyOut, drawFieldElements, putConstants } from './upload-elements.ts';

const P_HIGH = 0x1fffffff;

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
 * Splits one block of one column into the messages of the three parties; element i is party i's.
 *
 * Boolean form [AFLNO16]: x = x0 ^ x1 ^ x2, party i gets (x_i, x_(i+1)); x0 and x1 are the streams of
 * fresh seeds, x2 is explicit. Field form [Sha79]: f(X) = v + r X over F_p, party i gets f(i + 1);
 * f(1) is drawn from the stream of a fresh seed, f(2) and f(3) are explicit. Lengths depend only on
 * the form and the number of rows. Throws VALUE_OUT_OF_BOUNDS naming the row, never the value.
 */
export function splitBlock(
  context: UploadContext,
  form: StoredForm,
  place: BlockPlace,
  block: ColumnBlock,
): BlockMessage[] {
  const { arena } = context;
  const rows = block.values.length;
  const mark = arena.mark();
  try {
    const words = loadWords(context, form, place, block);
    const boolean = splitPlanes(context, words, form, rows, block.nulls);
    const limbs: ComponentMessage[][] = [];
    for (let limb = 0; limb < form.limbs; limb++) {
      limbs.push(splitLimb(context, words, form, limb, rows));
    }
    const { column, block: number } = place;
    return boolean.map((components, party) => {
      const field = limbs.map((shares) => shares[party] as ComponentMessage);
      return { column, block: number, rows, boolean: components, field };
    });
  } finally {
    arena.release(mark);
  }
}

/** Copies the values to the arena as 64-bit words, NULL and padding as 0, and checks the bounds. */
function loadWords(
  context: UploadContext,
  form: StoredForm,
  place: BlockPlace,
  block: ColumnBlock,
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

function splitPlanes(
  context: UploadContext,
  words: number,
  form: StoredForm,
  rows: number,
  nulls: Uint8Array | undefined,
): BlockMessage['boolean'][] {
  const { arena, crypto, kernels } = context;
  const stride = planeBytes(rows);
  const bytes = planesOf(form) * stride;
  const planes = arena.alloc(bytes);
  arena.u8.fill(0, planes, planes + bytes);
  if (rows > 0) kernels.wordsToPlanes(words, planes, stride / 8, stride, form.width);
  if (nulls && form.nullable) {
    const plane = arena.u8.subarray(planes + form.width * stride, planes + bytes);
    for (let row = 0; row < rows; row++) {
      plane[row >> 3] = (plane[row >> 3] as number) | ((nulls[row] as number) << (row & 7));
    }
  }
  const first = freshSeed(context);
  const second = freshSeed(context);
  const once = crypto.stream(first).mask(copyOut(context, planes, bytes));
  const last = crypto.stream(second).mask(once);
  const [x0, x1, x2] = [{ seed: first }, { seed: second }, { bytes: last }];
  return [
    { left: x0, right: x1 },
    { left: x1, right: x2 },
    { left: x2, right: x0 },
  ];
}

function splitLimb(
  context: UploadContext,
  words: number,
  form: StoredForm,
  limb: number,
  rows: number,
): ComponentMessage[] {
  const { arena, crypto, kernels } = context;
  const value = arena.alloc(rows * 8);
  loadLimb(context, words, value, form, limb, rows);
  const seed = freshSeed(context);
  const share = arena.alloc(rows * 8);
  const out = arena.alloc(rows * 8);
  const [two, minusOne, three, minusTwo] = [0, 8, 16, 24];
  const constants = putConstants(context, [2n, P - 1n, 3n, P - 2n]);
  drawFieldElements(context, crypto.stream(seed), share, rows);
  kernels.fpLin2(share, constants + two, value, constants + minusOne, out, rows);
  const second = copyOut(context, out, rows * 8);
  kernels.fpLin2(share, constants + three, value, constants + minusTwo, out, rows);
  return [{ seed }, { bytes: second }, { bytes: copyOut(context, out, rows * 8) }];
}

/** One field element a row: the whole value (it fits 32 bits), its low 32 bits, or the rest. */
function loadLimb(
  context: UploadContext,
  words: number,
  at: number,
  form: StoredForm,
  limb: number,
  rows: number,
): void {
  const { buffer } = context.arena.memory;
  const from = new Int32Array(buffer, words, rows * 2);
  const to = new Int32Array(buffer, at, rows * 2);
  const isLowHalf = form.limbs === 2 && limb === 0;
  for (let k = 0; k < rows * 2; k += 2) {
    const low = limb === 0 ? (from[k] as number) : (from[k + 1] as number);
    const isNegative = !isLowHalf && (from[k + 1] as number) < 0;
    // A negative v is p + v: the low word of p is 2^32 - 1, so nothing is borrowed from the high one.
    to[k] = isNegative ? low - 1 : low;
    to[k + 1] = isNegative ? P_HIGH : 0;
  }
}

/** A seed is drawn anew for every component of every block and never kept. */
function freshSeed(context: UploadContext): Uint8Array {
  const seed = new Uint8Array(SEED_BYTES);
  context.crypto.randomFill(seed);
  return seed;
}
