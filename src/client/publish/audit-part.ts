import { SALT_BYTES } from '../../catalog/commitment.ts';
import { auditDigest, commitTotals, type PartAudit } from '../../commit/part-audit.ts';
import type { OwnerSalts } from '../../sharing/upload-leaves.ts';
import { type OwnerSession, signFor } from './owner-session.ts';
import type { UploadStart } from './upload-journal.ts';

/** An owner's signed commitments to the totals of one part, and their digest, which the part's root covers. */
export interface AuditOfPart {
  readonly audit: PartAudit;
  readonly digest: string;
}

/** Commits to the audited totals of an upload, in the order of `auditedTotals`; undefined if the table has none. */
export function auditPart(
  session: OwnerSession,
  { definition, partId: id, rows }: UploadStart,
  salts: OwnerSalts,
  totals: readonly bigint[],
): AuditOfPart | undefined {
  if (totals.length === 0) return undefined;
  // Parties get no seeds of a part without rows, whose totals everybody knows.
  const seeds =
    rows === 0 ? salts.components.map(() => new Uint8Array(SALT_BYTES)) : salts.components;
  const commitments = commitTotals(session.crypto, seeds, id, totals);
  const part = { id, owner: session.name, rows, definition };
  const digest = auditDigest(session.crypto, part, commitments);
  const signature = signFor(session, 'tacit/audit', digest);
  return { audit: { commitments, signature }, digest };
}
