import type { CryptoProvider } from '../crypto/provider.ts';
import type { RevealPermit } from '../executor/reveal.ts';
import { COMMITMENT_BYTES, STEP } from '../program/steps.ts';
import { SALT_BYTES, shareCommitment } from '../receipt/digest.ts';
import type { Channel } from '../transport/channel.ts';

/** A party's released shares, and what all parties have committed themselves to. */
export interface Committed {
  /** Hides the shares behind this party's commitment. */
  readonly salt: Uint8Array;
  /** This party's result shares, then those of blindings. */
  readonly shares: Uint8Array;
  /** 32 bytes of every party, in the order of their index. */
  readonly commitments: readonly Uint8Array[];
}

/**
 * One round behind the last barrier: every party tells every other the salted commitment to the shares that it releases, so that each can
 * sign all of them (PROTOCOLS A10). Parties that collude later cannot exchange their shares for others: the rest has signed
 * their commitments. Who tells two peers different ones gets two bodies, which no analyst accepts.
 *
 * @throws what {@link Channel.receive} throws
 */
export async function commitShares(
  channel: Channel,
  crypto: CryptoProvider,
  _permit: RevealPermit,
  queryId: Uint8Array,
  shares: Uint8Array,
): Promise<Committed> {
  const { self, parties } = channel;
  const salt = new Uint8Array(SALT_BYTES);
  crypto.randomFill(salt);
  const own = shareCommitment(crypto, queryId, self + 1, salt, shares);
  const all = Array.from({ length: parties }, (_, party) => party);
  for (const peer of all) if (peer !== self) channel.send(peer, STEP.commit, own);
  const commitments = await Promise.all(
    all.map(async (party) => {
      if (party === self) return own;
      const heard = new Uint8Array(COMMITMENT_BYTES);
      await channel.receive(party, STEP.commit, () => heard, 0, COMMITMENT_BYTES);
      return heard;
    }),
  );
  return { salt, shares, commitments };
}
