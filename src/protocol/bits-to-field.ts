import type { Schedule } from '../circuits/circuit.ts';
import { schedule } from '../circuits/schedule.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { bitsToFieldCircuit, FIELD_BITS } from '../program/conversion.ts';
import { andBytes } from '../program/shapes.ts';
import { componentWeight, leftOf, rightOf } from '../sharing/replicated.ts';
import { fillElements, putElements } from './elements.ts';
import {
  type LoadedCircuit,
  loadCircuit,
  type PlaneFile,
  planeFile,
  planeFileBytes,
  runCircuit,
} from './gmw.ts';
import { equalBytes, receiveDigest, sendDigest, shareDigest } from './opening.ts';
import type { Lane, Party } from './party.ts';
import type { OpeningPermit } from './witness.ts';

/**
 * Boolean to arithmetic for whole numbers (PROTOCOLS 3.5): components 0 and 1 of a replicated sharing over F_p are
 * streams of their two holders, r_0 and r_1; the Boolean circuit computes x - r_0 - r_1 mod p, whose bits are opened to the two
 * holders of component 2 (parties 1 and 2) only. Shamir shares follow locally [CDI05].
 *
 * The opened value is uniform, but a circuit output: all gates it depends on are verified before (PROTOCOLS A12). Whoever forks
 * lanes that convert must have passed a barrier before.
 */
export interface Converter {
  readonly width: number;
  readonly circuit: LoadedCircuit;
}

const schedules = new Map<number, Schedule>();

/** Loads the adder for unsigned numbers of `width` bits, for this lane and those forked from it. */
export function converter(lane: Lane, width: number): Converter {
  let laidOut = schedules.get(width);
  if (laidOut === undefined) {
    laidOut = schedule(bitsToFieldCircuit(width));
    schedules.set(width, laidOut);
  }
  return { width, circuit: loadCircuit(lane, laidOut) };
}

/** Bytes of scratch memory for {@link bitsToField}. */
export function convertScratchBytes(using: Pick<Converter, 'circuit'>, n: number): number {
  const stride = planeBytes(n);
  const words = stride * 8 * ELEMENT_BYTES;
  return planeFileBytes(using.circuit, stride) + (1 + FIELD_BITS) * stride + 3 * words + 256;
}

/** Plane addresses of one bit of x. */
export interface BitPlane {
  readonly left: number;
  readonly right: number;
}

/**
 * `to` = Shamir shares of the n unsigned numbers whose bits (LSB first) are `bits`. AND layers of the adder, a barrier, one round.
 */
export async function bitsToField(
  lane: Lane,
  steps: { readonly and: (layer: number) => string; readonly open: string },
  label: string,
  using: Converter,
  bits: readonly BitPlane[],
  to: number,
  n: number,
  scratch: number,
): Promise<void> {
  const { party } = lane;
  const { arena, kernels, self } = party;
  const stride = planeBytes(n);
  const { schedule: layout } = using.circuit;
  const file = planeFile(using.circuit, scratch, stride);
  const lanes = stride * 8;
  const wordBytes = lanes * ELEMENT_BYTES;
  const masks = scratch + planeFileBytes(using.circuit, stride);
  const planes = masks + 2 * wordBytes;
  const words = planes + FIELD_BITS * stride;

  arena.u8.fill(0, file.left, file.capture);
  bits.forEach((bit, k) => {
    const slot = layout.inputSlots[k] ?? -1;
    if (slot < 0) return;
    arena.u8.copyWithin(file.left + slot * stride, bit.left, bit.left + stride);
    arena.u8.copyWithin(file.right + slot * stride, bit.right, bit.right + stride);
  });
  const held = drawMasks(party, label, masks, lanes);
  for (const { component, address, side } of held) {
    spreadNegated(party, address, planes, words, stride);
    for (let k = 0; k < FIELD_BITS; k++) {
      const slot = layout.inputSlots[using.width + component * FIELD_BITS + k] ?? -1;
      if (slot < 0) continue;
      const target = (side === 'left' ? file.left : file.right) + slot * stride;
      arena.u8.copyWithin(target, planes + k * stride, planes + (k + 1) * stride);
    }
  }
  await runCircuit(lane, using.circuit, file, n, label, steps.and);
  const permit = await lane.barrier();
  const opened = await openToHolders(lane, permit, steps.open, using, file, planes, n);

  // Shamir share: weighted sum of the components this party holds.
  kernels.fpFill(putElements(arena, [0n]), to, n);
  for (const { component, address } of held) addComponent(party, component, address, to, n);
  if (!opened) return;
  kernels.planesToWords(planes, words, lanes / 64, stride, FIELD_BITS);
  requireBelowP(party, words, n, self);
  addComponent(party, 2, words, to, n);
}

function addComponent(party: Party, component: number, from: number, to: number, n: number): void {
  const mark = party.arena.mark();
  const weight = putElements(party.arena, [componentWeight(component, party.self)]);
  party.kernels.fpAxpy(from, weight, to, n);
  party.arena.release(mark);
}

function requireBelowP(party: Party, words: number, n: number, self: number): void {
  if (party.kernels.fpCanonical(words, n) === 1) return;
  throw new TacitError(
    'PEER_PROTOCOL',
    `an opened conversion is outside the field at party ${self + 1}`,
  );
}

interface HeldMask {
  readonly component: number;
  readonly address: number;
  readonly side: 'left' | 'right';
}

/** The mask components (0 and 1) that this party holds, drawn from the stream it shares with the other holder. */
function drawMasks(party: Party, label: string, at: number, lanes: number): HeldMask[] {
  const { self } = party;
  const sides: HeldMask[] = [];
  const consider = (component: number, side: 'left' | 'right', holder: number) => {
    if (component > 1) return;
    const address = at + component * lanes * ELEMENT_BYTES;
    fillElements(party, party.streams.pair(holder, `${label}/r${component}`), address, lanes);
    sides.push({ component, address, side });
  };
  consider(self, 'left', leftOf(self));
  consider(rightOf(self), 'right', rightOf(self));
  return sides;
}

/** planes = bits of p - r (0 for r = 0) of the elements at `from`, one per lane of the planes. */
function spreadNegated(
  party: Party,
  from: number,
  planes: number,
  words: number,
  stride: number,
): void {
  const { arena, kernels } = party;
  const lanes = stride * 8;
  arena.u8.fill(0, words, words + lanes * ELEMENT_BYTES);
  kernels.fpSub(words, from, words, lanes);
  kernels.wordsToPlanes(words, planes, lanes / 64, stride, FIELD_BITS);
}

/**
 * Opens the circuit's outputs to parties 1 and 2: each misses one component, which one holder sends and the other
 * holder's hash confirms on arrival. Returns whether this party learned the planes (written to `planes`).
 */
async function openToHolders(
  lane: Lane,
  _permit: OpeningPermit,
  step: string,
  using: Converter,
  file: PlaneFile,
  planes: number,
  n: number,
): Promise<boolean> {
  const { party } = lane;
  const { stride } = file;
  const { arena, self } = party;
  const slots = using.circuit.schedule.outputSlots;
  const bytes = FIELD_BITS * stride;
  const verified = andBytes(n);
  // What lies beyond was in no message, so nobody has verified it: it stays here.
  const pack = (base: number) => {
    const out = new Uint8Array(bytes);
    slots.forEach((slot, k) => {
      const from = base + slot * stride;
      out.set(arena.u8.subarray(from, from + verified), k * stride);
    });
    return out;
  };
  const left = pack(file.left);
  const right = pack(file.right);
  // Component 0: party 0 sends to party 1, party 2 confirms. Component 1: party 1 sends to 2, party 0 confirms.
  if (self === 0) {
    party.channel.send(1, step, left);
    sendDigest(party, 2, step, shareDigest(party, step, 1, right));
  }
  if (self === 1) party.channel.send(2, step, left);
  if (self === 2) sendDigest(party, 1, step, shareDigest(party, step, 0, right));
  lane.rounds++;
  party.log.opened(step, n);
  if (self === 0) return false;
  const sender = self - 1;
  const missing = new Uint8Array(bytes);
  const [, digest] = await Promise.all([
    party.channel.receive(sender, step, () => missing, 0, bytes),
    receiveDigest(party, self === 1 ? 2 : 0, step),
  ]);
  if (!equalBytes(shareDigest(party, step, sender, missing), digest)) {
    throw new TacitError('OPENING_INCONSISTENT', `two parties sent different bits in step ${step}`);
  }
  for (let k = 0; k < bytes; k++) {
    missing[k] = (missing[k] ?? 0) ^ (left[k] ?? 0) ^ (right[k] ?? 0);
  }
  arena.u8.set(missing, planes);
  return true;
}
