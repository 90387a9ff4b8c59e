import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { canonicalBytes } from '../program/canonical.ts';
import { BARRIER_BYTES, STEP } from '../program/steps.ts';
import { equalBytes } from '../protocol/opening.ts';
import type { Channel } from '../transport/channel.ts';
import type { CheckRecord } from './check-record.ts';
import type { ChannelHead } from './transcript.ts';

const FIELD = 32;

/** What a party says at the end of a query: which one, what was verified, and what went through its channels. */
export interface Ending {
  readonly queryId: Uint8Array;
  readonly records: readonly CheckRecord[];
  /** Of the party's own channels, as {@link Transcript.heads} orders them. */
  readonly heads: readonly ChannelHead[];
}

/**
 * One round: every party tells every other how the query ended for it, and compares (PROTOCOLS 5.3, R2). Returns the heads of the
 * channels of all ordered pairs, by `from`, then `to`, each confirmed by both of its ends.
 *
 * @throws PEER_PROTOCOL naming a party that ended another query; TRANSCRIPT_MISMATCH naming the two parties that disagree on the
 * checks, or on what one of them sent the other
 */
export async function compareEndings(
  channel: Channel,
  crypto: CryptoProvider,
  ending: Ending,
): Promise<readonly ChannelHead[]> {
  const { self, parties } = channel;
  const checks = checksDigest(crypto, ending.records);
  const own = new Uint8Array(BARRIER_BYTES);
  [ending.queryId, checks, ...ending.heads.map(({ head }) => head)].forEach((part, k) => {
    own.set(part, FIELD * k);
  });
  const peers = Array.from({ length: parties }, (_, k) => k).filter((k) => k !== self);
  for (const peer of peers) channel.send(peer, STEP.barrier, own);
  const heard = await Promise.all(
    peers.map(async (peer) => {
      const bytes = new Uint8Array(BARRIER_BYTES);
      await channel.receive(peer, STEP.barrier, () => bytes, 0, BARRIER_BYTES);
      return { peer, bytes };
    }),
  );
  const claims = [...ending.heads.map((head) => ({ by: self, ...head }))];
  for (const { peer, bytes } of heard) {
    const field = (k: number) => bytes.subarray(FIELD * k, FIELD * (k + 1));
    const pair = `party ${peer + 1} and party ${self + 1}`;
    if (!equalBytes(field(0), ending.queryId)) {
      throw new TacitError('PEER_PROTOCOL', `${pair} did not finish the same query`);
    }
    if (!equalBytes(field(1), checks)) {
      throw new TacitError('TRANSCRIPT_MISMATCH', `${pair} saw different checks pass`);
    }
    directionsOf(peer, parties).forEach((direction, k) => {
      claims.push({ by: peer, ...direction, head: field(2 + k) });
    });
  }
  return agreedHeads(claims, parties);
}

/** The order of a party's heads in its message. */
function directionsOf(party: number, parties: number): { from: number; to: number }[] {
  const peers = Array.from({ length: parties }, (_, k) => k).filter((k) => k !== party);
  return peers.flatMap((peer) => [
    { from: party, to: peer },
    { from: peer, to: party },
  ]);
}

/** Of every channel the sender's and the receiver's claim, which must be equal. */
function agreedHeads(
  claims: readonly (ChannelHead & { readonly by: number })[],
  parties: number,
): ChannelHead[] {
  const all = Array.from({ length: parties }, (_, from) => from);
  return all.flatMap((from) =>
    all
      .filter((to) => to !== from)
      .map((to) => {
        const both = claims.filter((claim) => claim.from === from && claim.to === to);
        const head = both[0]?.head ?? new Uint8Array();
        if (both.length === 2 && both.every((claim) => equalBytes(claim.head, head))) {
          return { from, to, head: head.slice() };
        }
        const message = `party ${from + 1} and party ${to + 1} do not agree on what party ${from + 1} sent party ${to + 1}`;
        throw new TacitError('TRANSCRIPT_MISMATCH', message);
      }),
  );
}

/** SHA-256 of all that the passed checks made public. */
function checksDigest(crypto: CryptoProvider, records: readonly CheckRecord[]): Uint8Array {
  const listed = records.map(({ batch, shape, heads, reveals, opened }) => {
    const bytes = (values: readonly Uint8Array[]) => values.map((value) => value.join(','));
    return { batch, shape, heads: bytes(heads), reveals: bytes(reveals), opened };
  });
  return crypto.sha256(new TextEncoder().encode('tacit/checks/1|'), canonicalBytes(listed));
}
