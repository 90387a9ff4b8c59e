import { fromHex, hex } from '../crypto/hex.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { wholeBlinding } from './blinding.ts';
import { COMMITMENT_BYTES, commitTo, isCommitment } from './pedersen.ts';

/** An owner's commitments to the audited totals of one part (catalog/audited.ts), and its signature; public, lower-case hex. */
export interface PartAudit {
  /** COMMITMENT_BYTES for each total, in their order. */
  readonly commitments: string;
  /** Ed25519 by the owner of {@link auditDigest}, for the purpose 'tacit/audit'. */
  readonly signature: string;
}

/** What commitments are about. */
export interface AuditedPart {
  readonly id: string;
  readonly owner: string;
  readonly rows: number;
  /** Digest of the table's definition, which says what the totals are. */
  readonly definition: string;
}

/**
 * Commits to the totals of a part; `seeds` are those of the three components' salts. They belong to this upload alone,
 * whose journal fixes the rows before anything of them is sent, so that no blinding ever hides two totals.
 */
export function commitTotals(
  crypto: CryptoProvider,
  seeds: readonly Uint8Array[],
  part: string,
  totals: readonly bigint[],
): string {
  const commitments = new Uint8Array(totals.length * COMMITMENT_BYTES);
  for (const [index, total] of totals.entries()) {
    const blinding = wholeBlinding(crypto, seeds, part, index);
    commitments.set(commitTo(total, blinding), index * COMMITMENT_BYTES);
  }
  return hex(commitments);
}

/** The commitments one by one; undefined unless they are `totals` points in their canonical form. */
export function splitCommitments(commitments: string, totals: number): Uint8Array[] | undefined {
  const bytes = fromHex(commitments);
  if (bytes?.length !== totals * COMMITMENT_BYTES) return undefined;
  const split = Array.from({ length: totals }, (_, k) =>
    bytes.subarray(k * COMMITMENT_BYTES, (k + 1) * COMMITMENT_BYTES),
  );
  return split.every(isCommitment) ? split : undefined;
}

/** SHA-256 in lower-case hex of a part's commitments and what they are about: what the owner signs, and the root covers. */
export function auditDigest(
  crypto: Pick<CryptoProvider, 'sha256'>,
  { definition, id, owner, rows }: AuditedPart,
  commitments: string,
): string {
  // The name of an owner comes last: it alone may hold a '|'.
  const text = `tacit/audit/1|${id}|${rows}|${definition}|${commitments}|${owner}`;
  return hex(crypto.sha256(new TextEncoder().encode(text)));
}
