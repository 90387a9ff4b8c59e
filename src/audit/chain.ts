import { hex } from '../crypto/hex.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { receiptDigest } from '../receipt/digest.ts';
import { encodeReceipt } from '../receipt/encode.ts';
import type { Receipt } from '../receipt/receipt.ts';
import { holds, type Outcome, refuted } from './finding.ts';

/**
 * Several receipts are one chain: each names the one before it by its digest, so that none was left out or
 * exchanged between them, and no table went back to an older version. `before` is undefined for the first file.
 */
export function chainLine(
  crypto: Pick<CryptoProvider, 'sha256'>,
  receipt: Receipt,
  before: Receipt | undefined,
): Outcome {
  const { previous, tables } = receipt.body;
  if (before === undefined) {
    if (previous === null) return holds('the first receipt of its chain');
    return holds(`follows a receipt that is not here, ${previous}`);
  }
  if (previous !== hex(receiptDigest(crypto, encodeReceipt(before)))) {
    throw refuted(
      'does not follow the receipt before it: one was left out, exchanged or reordered',
    );
  }
  for (const { name, version } of tables) {
    const earlier = before.body.tables.find((table) => table.name === name);
    if (earlier === undefined || earlier.version <= version) continue;
    throw refuted(`table ${name} went back from version ${earlier.version} to ${version}`);
  }
  return holds('follows the receipt before it');
}
