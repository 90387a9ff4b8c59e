import { fromHex, hex } from '../../crypto/hex.ts';
import { requestDigest } from '../../receipt/query-id.ts';
import { holds, type Outcome, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** Statement, parameters, network, analyst, one-time key and the receipt before give the digest that the parties compared. */
export function questionLine({ network, parameters, platform, receipt }: Subject): Outcome {
  const { previous, question, session } = receipt.body;
  const { analyst, sql } = question;
  const analystKey = fromHex(session.analystKey) ?? new Uint8Array();
  const asked = { sql, parameters, network, analyst, analystKey, previous };
  if (hex(requestDigest(platform.crypto, asked)) !== session.request) {
    throw refuted(
      'the statement, its parameters or who asked it are not what the session is about',
    );
  }
  const values = parameters.length === 0 ? '' : ` with ${parameters.length} parameter(s)`;
  return holds(`the session is about this statement${values}, asked under a one-time key`);
}
