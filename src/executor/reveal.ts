import { mod } from '../field/p61.ts';
import { STEP } from '../program/steps.ts';
import { getElements } from '../protocol/elements.ts';
import type { Party } from '../protocol/party.ts';
import { compareDigest } from '../protocol/session.ts';
import { zeroShares } from '../sharing/prss.ts';

declare const permitBrand: unique symbol;
/**
 * The right to open results to the analyst. Only {@link passBarrier} makes one, so nothing that depends on data
 * leaves the parties before every party has said that all went well; with active security the same barrier will also
 * require the verifier's verdict.
 */
export interface RevealPermit {
  readonly [permitBrand]: true;
}

/** Waits until every party has finished the program without an error; one round. */
export async function passBarrier(party: Party, queryId: Uint8Array): Promise<RevealPermit> {
  const label = new TextEncoder().encode('tacit/barrier|');
  const digest = party.crypto.sha256(label, queryId);
  await compareDigest(party.channel, STEP.barrier, digest, 'did not finish the same query');
  return {} as RevealPermit;
}

/**
 * This party's shares of the revealed scalars, re-randomised by a fresh sharing of zero (PROTOCOLS A3) and packed as 8-byte
 * little-endian elements. `scalars` is the address of the program's scalars.
 */
export function releaseShares(
  party: Party,
  _permit: RevealPermit,
  scalars: number,
  reveal: readonly number[],
): bigint[] {
  const { arena, streams, self, parties, threshold } = party;
  const zeros = zeroShares(streams, self, parties, threshold, 'reveal', reveal.length);
  return reveal.map((scalar, k) => {
    const [share] = getElements(arena, scalars + 8 * scalar, 1);
    return mod((share ?? 0n) + (zeros[k] ?? 0n));
  });
}
