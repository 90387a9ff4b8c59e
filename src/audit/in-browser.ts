import { nobleCrypto, nobleKeys } from '../crypto/noble.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { auditReceipts, type ReceiptFile } from './audit.ts';
import { reportOf } from './report.ts';

/** What the page shows. */
export interface BrowserReport {
  readonly passed: boolean;
  readonly lines: readonly string[];
}

/** The same audit as `tacit verify`, with the providers for browsers. */
export function verifyReceipts(
  files: readonly ReceiptFile[],
  consortium: string | undefined,
): BrowserReport {
  try {
    const audit = auditReceipts({ crypto: nobleCrypto, keys: nobleKeys }, files, consortium);
    return { passed: audit.passed, lines: reportOf(audit) };
  } catch (thrown) {
    if (!(thrown instanceof TacitError)) throw thrown;
    return { passed: false, lines: [thrown.message] };
  }
}
