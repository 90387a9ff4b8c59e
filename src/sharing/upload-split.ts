import { invariant } from '../errors/tacit-error.ts';
import { P } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import {
  type BlockMessage,
  blockLength,
  type ColumnBlock,
  type ComponentMessage,
  planesOf,
  type StoredForm,
  type UploadContext,
} from './upload.ts';
import { copyOut, drawFieldElements, putConstants } from './upload-elements.ts';
import type { ComponentSeeds } from './upload-seeds.ts';
import { type BlockPlace, checkText, loadTextWords, loadWords } from './upload-words.ts';

const P_HIGH = 0x1fffffff;
const WORD_BITS = 64;

/**
 * Splits one block of one column into the messages of the three parties; element i is party i's.
 *
 * Boolean form [AFLNO16]: x = x0 ^ x1 ^ x2, party i gets (x_i, x_(i+1)); x0 and x1 are the streams of two
 * seeds, x2 is explicit. Field form [Sha79]: f(X) = v + r X over F_p, party i gets f(i + 1); f(1) is drawn
 * from the stream of a seed, f(2) and f(3) are explicit. All seeds come from `seeds` and are used for nothing else.
 * Lengths depend only on the form and the number of rows. VALUE_OUT_OF_BOUNDS names the row, never the value.
 */
export function splitBlock(
  context: UploadContext,
  form: StoredForm,
  place: BlockPlace,
  block: ColumnBlock,
  seeds: ComponentSeeds,
): BlockMessage[] {
  const { arena } = context;
  const rows = blockLength(block);
  const mark = arena.mark();
  try {
    const planes = arena.alloc(planesOf(form) * planeBytes(rows));
    const words = loadPlanes(context, form, place, block, planes);
    const boolean = splitPlanes(context, planes, form, rows, seeds);
    const limbs: ComponentMessage[][] = [];
    for (let limb = 0; limb < form.limbs; limb++) {
      limbs.push(splitLimb(context, words, form, limb, rows, seeds));
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

/** Writes the block's planes in the clear at `planes`; returns the address of its words, for the field form. */
function loadPlanes(
  context: UploadContext,
  form: StoredForm,
  place: BlockPlace,
  block: ColumnBlock,
  planes: number,
): number {
  const { arena, kernels } = context;
  const rows = blockLength(block);
  const stride = planeBytes(rows);
  const bytes = planesOf(form) * stride;
  arena.u8.fill(0, planes, planes + bytes);
  let words = 0;
  if ('values' in block) {
    invariant(form.bytes === undefined, 'integers of a column of integers');
    words = loadWords(context, form, place, block);
    if (rows > 0) kernels.wordsToPlanes(words, planes, stride / 8, stride, form.width);
  } else {
    const { bytes: longest } = form;
    invariant(longest !== undefined, 'text of a column of secret text');
    checkText(form, longest, place, block);
    for (let at = 0; at < form.width && rows > 0; at += WORD_BITS) {
      const mark = arena.mark();
      const some = loadTextWords(context, longest, block, at / WORD_BITS);
      const count = Math.min(WORD_BITS, form.width - at);
      kernels.wordsToPlanes(some, planes + at * stride, stride / 8, stride, count);
      arena.release(mark);
    }
  }
  const { nulls } = block;
  if (nulls && form.nullable) {
    const plane = arena.u8.subarray(planes + form.width * stride, planes + bytes);
    for (let row = 0; row < rows; row++) {
      plane[row >> 3] = (plane[row >> 3] as number) | ((nulls[row] as number) << (row & 7));
    }
  }
  return words;
}

function splitPlanes(
  context: UploadContext,
  planes: number,
  form: StoredForm,
  rows: number,
  seeds: ComponentSeeds,
): BlockMessage['boolean'][] {
  const { crypto } = context;
  const [first, second] = [seeds('x0'), seeds('x1')];
  const clear = copyOut(context, planes, planesOf(form) * planeBytes(rows));
  const last = crypto.stream(second).mask(crypto.stream(first).mask(clear));
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
  seeds: ComponentSeeds,
): ComponentMessage[] {
  const { arena, crypto, kernels } = context;
  const value = arena.alloc(rows * 8);
  loadLimb(context, words, value, form, limb, rows);
  const seed = seeds(`limb${limb}`);
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
