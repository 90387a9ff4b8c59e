import { decodeReceipt } from '../receipt/decode.ts';
import type { Receipt } from '../receipt/receipt.ts';
import { chainLine } from './chain.ts';
import { type Finding, findingOf, holds, refuted } from './finding.ts';
import { LINES } from './lines/all-lines.ts';
import { type PinnedConsortium, pinConsortium } from './pinned-consortium.ts';
import { type AuditPlatform, Subject } from './subject.ts';

/** A receipt's file. */
export interface ReceiptFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface AuditedFile {
  readonly name: string;
  readonly findings: readonly Finding[];
}

export interface Audit {
  /** No line of any file failed. */
  readonly passed: boolean;
  /** Keys came from the auditor; without, receipts are only consistent in themselves. */
  readonly pinned: boolean;
  readonly files: readonly AuditedFile[];
}

/**
 * Audits receipts, several of them as one chain in this order. `consortium` is the text of the consortium file that the
 * auditor believes; of keys, owners and thresholds nothing else counts. Works offline and in a browser.
 *
 * @throws CONFIG_INVALID if the consortium file is malformed; whatever is wrong with a receipt is a finding
 */
export function auditReceipts(
  platform: AuditPlatform,
  files: readonly ReceiptFile[],
  consortium?: string,
): Audit {
  const pinned = consortium === undefined ? undefined : pinConsortium(platform.crypto, consortium);
  let before: Receipt | undefined;
  const audited = files.map((file, k): AuditedFile => {
    const { findings, receipt } = auditOne(platform, file, pinned, k > 0 ? { before } : undefined);
    before = receipt;
    return { name: file.name, findings };
  });
  const all = audited.flatMap(({ findings }) => findings);
  const passed = all.length > 0 && all.every(({ verdict }) => verdict !== 'fails');
  return { passed, pinned: pinned !== undefined, files: audited };
}

/** `chain`: present for all but the first file; its receipt is absent if it could not be read. */
function auditOne(
  platform: AuditPlatform,
  { bytes }: ReceiptFile,
  pinned: PinnedConsortium | undefined,
  chain: { readonly before: Receipt | undefined } | undefined,
): { readonly findings: readonly Finding[]; readonly receipt: Receipt | undefined } {
  let receipt: Receipt | undefined;
  const file = findingOf('file', () => {
    receipt = decodeReceipt(bytes);
    return holds('the file is the one canonical text of this receipt, byte for byte');
  });
  const readable = receipt;
  if (readable === undefined) return { findings: [file], receipt };
  const subject = new Subject(readable, platform, pinned);
  const findings = LINES.map(([name, run]) => findingOf(name, () => run(subject)));
  const chained = findingOf('chain', () => {
    if (chain && !chain.before) throw refuted('the receipt before it cannot be read');
    return chainLine(platform.crypto, readable, chain?.before);
  });
  return { findings: [file, ...findings, chained], receipt };
}
