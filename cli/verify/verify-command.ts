import { auditReceipts } from '../../src/audit/audit.ts';
import { reportOf } from '../../src/audit/report.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { RECEIPT_BYTES_MAX } from '../../src/receipt/receipt.ts';
import type { Output } from '../run/run-statements.ts';
import { readBounded } from './read-bounded.ts';

export interface VerifyOptions {
  /** Receipts; several ones are a chain in this order. */
  readonly files: readonly string[];
  /** A consortium.json; absent: keys are not pinned. */
  readonly consortium?: string;
}

const CONSORTIUM_BYTES_MAX = 64 * 1024 * 1024;

/** `tacit verify`: exit code 0 if every line of every receipt holds, as far as it can be checked without pinned keys. */
export async function verifyCommand(options: VerifyOptions, output: Output): Promise<number> {
  const { consortium } = options;
  const pins =
    consortium === undefined ? undefined : await readBounded(consortium, CONSORTIUM_BYTES_MAX);
  const files = [];
  for (const name of options.files) {
    files.push({ name, bytes: await readBounded(name, RECEIPT_BYTES_MAX) });
  }
  const platform = { crypto: nodeCrypto, keys: nodeKeys };
  const audit = auditReceipts(platform, files, pins && new TextDecoder().decode(pins));
  output.stdout(
    reportOf(audit)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return audit.passed ? 0 : 1;
}
