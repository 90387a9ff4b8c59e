import { fromBase64 } from '../../client/base64.ts';
import { fromHex, hex } from '../../crypto/hex.ts';
import { shareCommitment } from '../../receipt/digest.ts';
import { holds, type Outcome, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/**
 * Every party's commitment is the one that all parties have signed, and opens to the party's salt and shares in the receipt, for this
 * query and no other.
 */
export function sharesLine(subject: Subject): Outcome {
  const { platform, receipt } = subject;
  const { committee, commitments, session } = receipt.body;
  const queryId = fromHex(session.queryId) ?? new Uint8Array();
  if (commitments.length !== committee.length) {
    throw refuted(`${commitments.length} parties committed themselves, not ${committee.length}`);
  }
  for (const { commitment, party, salt, shares } of receipt.parties) {
    if (commitments[committee.indexOf(party)] !== commitment) {
      throw refuted(
        `${subject.nameOf(party)} signed other shares than all parties signed as its own`,
      );
    }
    const [bytes, salted] = [fromBase64(shares), fromHex(salt)];
    const found =
      bytes && salted && shareCommitment(platform.crypto, queryId, party, salted, bytes);
    if (found && hex(found) === commitment) continue;
    throw refuted(`the shares of ${subject.nameOf(party)} are not those it signed`);
  }
  return holds(
    "every party's result shares are those behind its commitment in the body, which was there before anybody signed",
  );
}
