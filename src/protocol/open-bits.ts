import { TacitError } from '../errors/tacit-error.ts';
import { leftOf, rightOf } from '../sharing/replicated.ts';
import { equalBytes, receiveDigest, sendDigest, shareDigest } from './opening.ts';
import type { Lane } from './party.ts';
import type { SharedBits } from './shuffle-rows.ts';
import type { OpeningPermit } from './witness.ts';

/**
 * Opens the first `bits` bits of every plane to all parties, one plane after another in whole bytes, behind a barrier; one round.
 * Of the component that a party lacks, one of its holders sends the bits and the other their SHA-256, so that it finds out at
 * once if one of them lies (PROTOCOLS A1): OPENING_INCONSISTENT. What the planes have beyond the bits stays here.
 */
export async function openBits(
  lane: Lane,
  step: string,
  _permit: OpeningPermit,
  planes: readonly SharedBits[],
  bits: number,
): Promise<Uint8Array> {
  lane.party.log.opened(step, planes.length * bits);
  const { u8 } = lane.party.arena;
  const take = (side: keyof SharedBits) => {
    const bytes = Math.ceil(bits / 8);
    const out = new Uint8Array(planes.length * bytes);
    planes.forEach((plane, k) => {
      out.set(u8.subarray(plane[side], plane[side] + bytes), k * bytes);
    });
    clearBeyond(out, bytes, bits);
    return out;
  };
  return openReplicated(lane, step, take('left'), take('right'));
}

/** {@link openBits} of component bytes, which belong to this from now on; for values that may be known without a barrier. */
export async function openReplicated(
  lane: Lane,
  step: string,
  left: Uint8Array,
  right: Uint8Array,
): Promise<Uint8Array> {
  if (left.length === 0) return left;
  const { party } = lane;
  const { channel, self } = party;
  const [before, after] = [leftOf(self), rightOf(self)];
  sendDigest(party, after, step, shareDigest(party, step, self, left));
  channel.send(before, step, right);
  lane.rounds++;
  const missing = new Uint8Array(left.length);
  const [digest] = await Promise.all([
    receiveDigest(party, before, step),
    channel.receive(after, step, () => missing, 0, missing.length),
  ]);
  // The component is the left one of the neighbour on the left.
  if (!equalBytes(shareDigest(party, step, before, missing), digest)) {
    throw new TacitError(
      'OPENING_INCONSISTENT',
      `party ${before + 1} and party ${after + 1} hold different shares of what step ${step} opens`,
    );
  }
  for (let k = 0; k < missing.length; k++) {
    missing[k] = (missing[k] ?? 0) ^ (left[k] ?? 0) ^ (right[k] ?? 0);
  }
  return missing;
}

/** Clears what each plane of `bytes` bytes has beyond its bits. */
function clearBeyond(planes: Uint8Array, bytes: number, bits: number): void {
  if (bits % 8 === 0) return;
  const mask = (1 << (bits % 8)) - 1;
  for (let at = bytes - 1; at < planes.length; at += bytes) planes[at] = (planes[at] ?? 0) & mask;
}
