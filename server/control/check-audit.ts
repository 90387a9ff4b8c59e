import { auditedTotals } from '../../src/catalog/audited.ts';
import type { TableDefinition } from '../../src/catalog/table.ts';
import { auditDigest, type PartAudit, splitCommitments } from '../../src/commit/part-audit.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import type { Upload } from '../../src/storage/share-store.ts';
import { invalid } from '../../src/storage/table-record.ts';
import { isSigned, type TableAuthority } from './table-authority.ts';

/**
 * Digest of an upload's commitments to the audited totals of its table; null if the table has none. UPLOAD_INVALID unless there
 * is one point for each total and the owner has signed them. That they fit the rows shows when an answer is checked.
 */
export function checkAudit(
  crypto: CryptoProvider,
  authority: TableAuthority,
  table: TableDefinition,
  upload: Upload,
  audit: PartAudit | undefined,
): string | null {
  const totals = auditedTotals(table).length;
  if (totals === 0 && !audit) return null;
  const where = `upload ${upload.id}`;
  if (!audit || totals === 0) {
    throw invalid(`${where}: expected commitments to ${totals} totals of table ${table.name}`);
  }
  if (!splitCommitments(audit.commitments, totals)) {
    throw invalid(`${where}: the commitments are not ${totals} points of the group`);
  }
  const digest = auditDigest(crypto, upload, audit.commitments);
  const key = authority.owners.get(upload.owner);
  if (isSigned(authority, key, 'tacit/audit', digest, audit.signature)) return digest;
  throw invalid(`${where}: "${upload.owner}" has not signed the commitments`);
}
