import type { Arena } from '../field/arena.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { inversePower } from '../program/conversion.ts';
import type { WideNumber } from '../program/program.ts';
import { type Carry, carryLevels, widestDigit } from '../program/shapes.ts';
import { STEP } from '../program/steps.ts';
import type { BitPlane } from '../protocol/bits-to-field.ts';
import { putElements } from '../protocol/elements.ts';
import type { BitPlanes } from '../protocol/field-to-bits.ts';
import { inject, injector, injectScratchBytes } from '../protocol/injection.ts';
import type { Lane } from '../protocol/party.ts';
import { signedBits } from './signed-bits.ts';

/**
 * Writes the digits of numbers in several limbs, so that what is opened depends on the numbers alone. Level by
 * level, lowest limbs first: low = v mod 2^d from the bits of v + 2^60, carry = (v - low) / 2^d to the next limb. The limbs
 * of a level are the rows of one vectorised step. `stage` is the
 * number of the stage, `scalars` the address of the program's scalars (Shamir shares).
 *
 * The low bits return to the field by injection: for few rows that takes fewer rounds than the adder of bits-to-field, and
 * it opens nothing, so there is nothing to verify before (PROTOCOLS A12).
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
  const { arena, kernels } = party;
  const n = carries.length;
  const label = `${stage}.carry${level}`;
  const opening = {
    mask: STEP.carryMask(stage, level),
    and: (layer: number) => STEP.carryBits(stage, level, layer),
  };
  const bits = await signedBits(lane, opening, label, values, n);
  const planes = lowPlanes(arena, bits, carries, widestDigit(carries));
  const columns = planes.map((plane) => ({ ...plane, to: arena.alloc(wholeLanes(n)) }));
  const scratch = arena.alloc(injectScratchBytes(columns.length, n, lane.witness.isChecked));
  const steps = { deal: STEP.carryDeal(stage, level), product: STEP.carryInject(stage, level) };
  await inject(lane, steps, `${label}/low`, injector(party), columns, n, scratch);
  const low = arena.alloc(n * ELEMENT_BYTES);
  kernels.fpFill(putElements(arena, [0n]), low, n);
  columns.forEach(({ to }, k) => {
    kernels.fpAxpy(to, putElements(arena, [1n << BigInt(k)]), low, n);
  });
  return low;
}

/** Bytes of n elements and what kernels write beyond them: whole 128-row lanes. */
function wholeLanes(n: number): number {
  return Math.ceil(n / 128) * 128 * ELEMENT_BYTES;
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
