import type { Arena } from '../field/arena.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { inversePower } from '../program/conversion.ts';
import type { WideNumber } from '../program/program.ts';
import { type Carry, carryLevels, widestDigit } from '../program/shapes.ts';
import { STEP } from '../program/steps.ts';
import {
  type BitPlane,
  bitsToField,
  converter,
  convertScratchBytes,
} from '../protocol/bits-to-field.ts';
import { putElements } from '../protocol/elements.ts';
import type { BitPlanes } from '../protocol/field-to-bits.ts';
import type { Lane } from '../protocol/party.ts';
import { signedBits } from './signed-bits.ts';

/**
 * Writes the digits of numbers in several limbs, so that what is opened depends on the numbers alone. Level by
 * level, lowest limbs first: low = v mod 2^d from the bits of v + 2^60, carry = (v - low) / 2^d to the next limb. The limbs
 * of a level are the rows of one vectorised step. `stage` is the
 * number of the stage, `scalars` the address of the program's scalars (Shamir shares).
 *
 * The low bits return to the field by an opening that is a circuit output: uniform, but active security needs a
 * barrier before it (PROTOCOLS A12).
 */
export async function carryDigits(
  lane: Lane,
  numbers: readonly WideNumber[],
  stage: number,
  scalars: number,
): Promise<void> {
  const { arena } = lane.party;
  for (const { of, to } of numbers.flatMap(({ limbs }) => limbs)) {
    copyElement(arena, scalarAt(scalars, of), scalarAt(scalars, to));
  }
  for (const [level, carries] of carryLevels(numbers).entries()) {
    const mark = arena.mark();
    await carryLevel(lane, { stage, level }, carries, scalars);
    arena.release(mark);
  }
}

/** A level of carries of the `stage`-th stage. */
interface LevelAt {
  readonly stage: number;
  readonly level: number;
}

async function carryLevel(
  lane: Lane,
  at: LevelAt,
  carries: readonly Carry[],
  scalars: number,
): Promise<void> {
  const { arena, kernels } = lane.party;
  const n = carries.length;
  const elementAt = (base: number, k: number) => base + k * ELEMENT_BYTES;
  const values = arena.alloc(n * ELEMENT_BYTES);
  carries.forEach(({ digit }, k) => {
    copyElement(arena, scalarAt(scalars, digit), elementAt(values, k));
  });
  const low = await lowDigits(lane, at, carries, values);
  const carry = arena.alloc(n * ELEMENT_BYTES);
  const inverses = carries.map(({ bits }) => inversePower(bits));
  kernels.fpSub(values, low, carry, n);
  kernels.fpMul(carry, putElements(arena, inverses), carry, n);
  carries.forEach(({ digit, next }, k) => {
    copyElement(arena, elementAt(low, k), scalarAt(scalars, digit));
    const target = scalarAt(scalars, next);
    kernels.fpAdd(target, elementAt(carry, k), target, 1);
  });
}

/** Shares of v mod 2^bits of each value v, |v| < 2^60 - 1; returns their address. */
async function lowDigits(
  lane: Lane,
  { stage, level }: LevelAt,
  carries: readonly Carry[],
  values: number,
): Promise<number> {
  const { party } = lane;
  const { arena } = party;
  const n = carries.length;
  const label = `${stage}.carry${level}`;
  const opening = {
    mask: STEP.carryMask(stage, level),
    and: (layer: number) => STEP.carryBits(stage, level, layer),
  };
  const bits = await signedBits(lane, opening, label, values, n);
  const width = widestDigit(carries);
  const planes = lowPlanes(arena, bits, carries, width);
  const using = converter(party, width);
  const low = arena.alloc(n * ELEMENT_BYTES);
  const scratch = arena.alloc(convertScratchBytes(using, n));
  const steps = {
    and: (layer: number) => STEP.carryAnd(stage, level, layer),
    open: STEP.carryOpen(stage, level),
  };
  await bitsToField(lane, steps, `${label}/low`, using, planes, low, n, scratch);
  return low;
}

/** The lowest `width` planes; a row with a shorter digit has zeros above it, in both components. */
function lowPlanes(
  arena: Arena,
  bits: BitPlanes,
  carries: readonly Carry[],
  width: number,
): BitPlane[] {
  const stride = planeBytes(carries.length);
  const copy = (from: number, mask: Uint8Array) => {
    const to = arena.alloc(stride);
    const { u8 } = arena;
    mask.forEach((byte, k) => {
      u8[to + k] = (u8[from + k] ?? 0) & byte;
    });
    return to;
  };
  return Array.from({ length: width }, (_, plane) => {
    const mask = new Uint8Array(stride);
    carries.forEach((carry, row) => {
      if (plane < carry.bits) mask[row >> 3] = (mask[row >> 3] ?? 0) | (1 << (row & 7));
    });
    return { left: copy(bits.left[plane] ?? 0, mask), right: copy(bits.right[plane] ?? 0, mask) };
  });
}

function scalarAt(scalars: number, scalar: number): number {
  return scalars + scalar * ELEMENT_BYTES;
}

function copyElement(arena: Arena, from: number, to: number): void {
  arena.u8.copyWithin(to, from, from + ELEMENT_BYTES);
}
