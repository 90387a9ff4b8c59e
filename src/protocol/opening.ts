import { invariant, TacitError } from '../errors/tacit-error.ts';
import { ELEMENT_BYTES, lagrange, mod } from '../field/p61.ts';
import { pointOf } from '../sharing/shamir.ts';
import { getElements, putElements, requireCanonical } from './elements.ts';
import type { Lane, Party } from './party.ts';
import type { OpeningPermit } from './witness.ts';

/**
 * Opening of Shamir shares to the computing parties, checked on arrival (PROTOCOLS A1, A11): a party sends its shares
 * to the next t parties and their SHA-256 to every other. A receiver interpolates from the t vectors it got and its own,
 * predicts the remaining shares, and compares their hashes before it does anything else.
 *
 * Only values that are uniform because a fresh mask was added linearly may be opened without a barrier (PROTOCOLS A12):
 * {@link openMasked} takes nothing else, and {@link openElements} takes a permit.
 */

const DIGEST_BYTES = 32;

declare const maskedBrand: unique symbol;
/** Address of shares of uniform values: {@link maskShares} makes them. */
export type MaskedShares = number & { readonly [maskedBrand]: true };

/** `mask` = shares - mask; the mask's elements must be uniform, unknown to every party and used for nothing else. */
export function maskShares(
  { kernels }: Pick<Party, 'kernels'>,
  shares: number,
  mask: number,
  n: number,
): MaskedShares {
  kernels.fpSub(shares, mask, mask, n);
  return mask as MaskedShares;
}

/** SHA-256 of a share vector, bound to its step and sender. */
export function shareDigest(
  party: Party,
  step: string,
  sender: number,
  bytes: Uint8Array,
): Uint8Array {
  const label = new TextEncoder().encode(`tacit/opening|${step}|${sender}|`);
  return party.crypto.sha256(label, bytes);
}

/** Constant-time comparison of equally long byte strings. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let k = 0; k < a.length; k++) difference |= (a[k] ?? 0) ^ (b[k] ?? 0);
  return difference === 0;
}

/** Sends a digest message of the step. */
export function sendDigest(
  party: Pick<Party, 'channel'>,
  to: number,
  step: string,
  digest: Uint8Array,
): void {
  party.channel.send(to, step, digest, true);
}

/** Receives a digest message of the step. */
export async function receiveDigest(
  party: Pick<Party, 'channel'>,
  from: number,
  step: string,
): Promise<Uint8Array> {
  const digest = new Uint8Array(DIGEST_BYTES);
  await party.channel.receive(from, step, () => digest, 0, DIGEST_BYTES);
  return digest;
}

/**
 * Opens n shared elements at `shares` (degree t) to every party of the committee; returns the address of the values.
 * One round; OPENING_INCONSISTENT if any share was altered.
 */
export async function openMasked(
  lane: Lane,
  step: string,
  shares: MaskedShares,
  n: number,
): Promise<number> {
  return openShares(lane, step, shares, n);
}

async function openShares(lane: Lane, step: string, shares: number, n: number): Promise<number> {
  const { party } = lane;
  const { committee, self, threshold, arena } = party;
  const size = committee.length;
  const at = committee.indexOf(self);
  const member = (offset: number) => committee[(at + offset + size) % size] ?? 0;
  const bytes = n * ELEMENT_BYTES;
  const own = shareDigest(party, step, self, arena.u8.subarray(shares, shares + bytes));
  for (let k = 1; k < size; k++) {
    if (k <= threshold) lane.send(member(k), step, shares, bytes);
    else sendDigest(party, member(k), step, own);
  }
  lane.rounds++;
  const received = new Map<number, number>([[self, shares]]);
  const digests = new Map<number, Uint8Array>();
  await Promise.all(
    Array.from({ length: size - 1 }, async (_, k) => {
      const from = member(-(k + 1));
      if (k < threshold) {
        const address = arena.alloc(bytes);
        received.set(from, address);
        await lane.receive(from, step, address, bytes);
        requireCanonical(party, address, n, from, step);
      } else {
        digests.set(from, await receiveDigest(party, from, step));
      }
    }),
  );
  party.log.opened(step, n);
  for (const [from, digest] of digests) {
    const predicted = combineAt(party, received, pointOf(from), n);
    const expected = arena.u8.subarray(predicted, predicted + bytes);
    if (!equalBytes(shareDigest(party, step, from, expected), digest)) {
      throw new TacitError(
        'OPENING_INCONSISTENT',
        `the shares opened in step ${step} do not belong to one value (parties ${committee
          .map((p) => p + 1)
          .join(', ')})`,
      );
    }
  }
  return combineAt(party, received, 0n, n);
}

/** Value at x of the polynomials through the given share vectors; returns a fresh address. */
function combineAt(
  party: Party,
  shares: ReadonlyMap<number, number>,
  x: bigint,
  n: number,
): number {
  const { arena, kernels, threshold } = party;
  invariant(shares.size === threshold + 1, 'an opening needs t + 1 share vectors');
  const parties = [...shares.keys()];
  const basis = lagrange(parties.map(pointOf), x);
  const out = arena.alloc(n * ELEMENT_BYTES);
  kernels.fpFill(putElements(arena, [0n]), out, n);
  parties.forEach((p, k) => {
    kernels.fpAxpy(shares.get(p) ?? 0, putElements(arena, [basis[k] ?? 0n]), out, n);
  });
  return out;
}

/** Opens a handful of elements given as numbers, as {@link openMasked} does, behind a barrier. */
export async function openElements(
  lane: Lane,
  _permit: OpeningPermit,
  step: string,
  shares: readonly bigint[],
): Promise<bigint[]> {
  const { arena } = lane.party;
  const address = putElements(arena, shares.map(mod));
  return getElements(arena, await openShares(lane, step, address, shares.length), shares.length);
}
