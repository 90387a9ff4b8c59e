import { fromHex } from '../../crypto/hex.ts';
import { attestedMessage, bodyDigest } from '../../receipt/digest.ts';
import { encodeBody } from '../../receipt/encode.ts';
import { holds, type Outcome, open, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** Latest moment that a Date can be. */
const TIME_MAX = 8.64e15;

/** Every member of the committee has signed the body with its own commitment and time, by its pinned key. */
export function signaturesLine(subject: Subject): Outcome {
  const { pinned, platform, receipt } = subject;
  const digest = bodyDigest(platform.crypto, encodeBody(receipt.body));
  for (const { commitment, party, signature, time } of receipt.parties) {
    if (time > TIME_MAX) throw refuted(`${subject.nameOf(party)} signed at no time of a calendar`);
    if (pinned === undefined) continue;
    const key = pinned.parties[party - 1]?.key;
    const [bytes, own] = [fromHex(signature), fromHex(commitment)];
    const isSigned =
      key && bytes && own && platform.keys.verify(key, attestedMessage(digest, own, time), bytes);
    if (isSigned) continue;
    throw refuted(`${subject.nameOf(party)} did not sign this answer with its pinned key`);
  }
  if (pinned === undefined) return open('signatures cannot be checked without pinned keys');
  const times = receipt.parties.map(({ time }) => new Date(time).toISOString()).sort();
  return holds(
    `all ${receipt.parties.length} parties signed this answer and their own shares of it, by their clocks between ` +
      `${times[0]} and ${times.at(-1)}`,
    'the pinned keys are theirs and Ed25519 cannot be forged',
  );
}
