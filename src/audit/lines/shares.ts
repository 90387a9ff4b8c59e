import { fromBase64 } from '../../client/base64.ts';
import { fromHex, hex } from '../../crypto/hex.ts';
import { shareCommitment } from '../../receipt/digest.ts';
import { holds, type Outcome, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** Every signed commitment opens to the party's salt and shares in the receipt, for this query and no other. */
export function sharesLine(subject: Subject): Outcome {
  const { platform, receipt } = subject;
  const queryId = fromHex(receipt.body.session.queryId) ?? new Uint8Array();
  for (const { commitment, party, salt, shares } of receipt.parties) {
    const [bytes, salted] = [fromBase64(shares), fromHex(salt)];
    const found =
      bytes && salted && shareCommitment(platform.crypto, queryId, party, salted, bytes);
    if (found && hex(found) === commitment) continue;
    throw refuted(`the shares of ${subject.nameOf(party)} are not those it signed`);
  }
  return holds("every party's result shares are those it committed itself to in this query");
}
