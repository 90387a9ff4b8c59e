import { schedule } from '../circuits/schedule.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { FIELD_BITS, fieldToBitsCircuit } from '../program/conversion.ts';
import { componentWeight, leftOf, rightOf } from '../sharing/replicated.ts';
import { fillElements, putElements } from './elements.ts';
import { loadCircuit, planeFile, planeFileBytes, runCircuit } from './gmw.ts';
import { maskShares, openMasked } from './opening.ts';
import type { Lane, Party } from './party.ts';

/** Replicated additive shares over F_p: addresses of this party's two components, n elements each. */
export interface ReplicatedElements {
  readonly left: number;
  readonly right: number;
}

/** Elements needed for n rows so that whole 128-bit lanes can be transposed. */
function lanesOf(n: number): number {
  return planeBytes(n) * 8;
}

/**
 * Shamir to replicated (PROTOCOLS 3.1): with a random r whose components are streams of their holders, x - r is opened
 * (uniform, and masked linearly, so it may be) and added to component 0. One round.
 */
export async function shamirToReplicated(
  lane: Lane,
  step: string,
  label: string,
  shares: number,
  n: number,
): Promise<ReplicatedElements> {
  const { party } = lane;
  const { arena, kernels, self } = party;
  const bytes = lanesOf(n) * ELEMENT_BYTES;
  const draw = (component: number, holder: number) => {
    const address = arena.alloc(bytes);
    arena.u8.fill(0, address, address + bytes);
    fillElements(party, party.streams.pair(holder, `${label}/r${component}`), address, n);
    return address;
  };
  const left = draw(self, leftOf(self));
  const right = draw(rightOf(self), rightOf(self));
  const r = arena.alloc(bytes);
  const weights = [self, rightOf(self)].map((c) => putElements(arena, [componentWeight(c, self)]));
  kernels.fpLin2(left, weights[0] ?? 0, right, weights[1] ?? 0, r, n);
  const opened = await openMasked(lane, step, maskShares(party, shares, r, n), n);
  if (self === 0) kernels.fpAdd(left, opened, left, n);
  if (rightOf(self) === 0) kernels.fpAdd(right, opened, right, n);
  return { left, right };
}

/** Replicated bits of n elements: plane addresses of both components, LSB first. */
export interface BitPlanes {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/**
 * Arithmetic to Boolean (PROTOCOLS 3.2): each component of a replicated sharing over F_p is known to two parties, so its
 * bits are a replicated sharing without a message; one carry-save step and an adder mod p sum the three.
 * Returns the 61 bits of each value in [0, p).
 */
export async function fieldToBits(
  lane: Lane,
  stepOf: (layer: number) => string,
  label: string,
  x: ReplicatedElements,
  n: number,
): Promise<BitPlanes> {
  const { party } = lane;
  const { arena, kernels, self } = party;
  const circuit = loadCircuit(lane, schedule(fieldToBitsCircuit()));
  const stride = planeBytes(n);
  const bytes = planeFileBytes(circuit, stride);
  const file = planeFile(circuit, arena.alloc(bytes), stride);
  arena.u8.fill(0, file.left, file.left + bytes);
  const planes = arena.alloc(FIELD_BITS * stride);
  const place = (component: number, words: number, side: number) => {
    kernels.wordsToPlanes(words, planes, stride / 8, stride, FIELD_BITS);
    for (let k = 0; k < FIELD_BITS; k++) {
      const slot = circuit.schedule.inputSlots[component * FIELD_BITS + k] ?? -1;
      if (slot < 0) continue;
      arena.u8.copyWithin(side + slot * stride, planes + k * stride, planes + (k + 1) * stride);
    }
  };
  place(self, x.left, file.left);
  place(rightOf(self), x.right, file.right);
  await runCircuit(lane, circuit, file, n, label, stepOf);
  const at = (side: number) =>
    Array.from(circuit.schedule.outputSlots, (slot) => side + slot * stride);
  return { left: at(file.left), right: at(file.right) };
}

/** Shamir share of replicated elements, locally [CDI05]; returns the address. */
export function replicatedToShamir(party: Party, x: ReplicatedElements, n: number): number {
  const { arena, kernels, self } = party;
  const out = arena.alloc(n * ELEMENT_BYTES);
  const weights = [self, rightOf(self)].map((c) => putElements(arena, [componentWeight(c, self)]));
  kernels.fpLin2(x.left, weights[0] ?? 0, x.right, weights[1] ?? 0, out, n);
  return out;
}
