import { blindingShares } from '../commit/blinding.ts';
import { auditDigest } from '../commit/part-audit.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { invariant, TacitError } from '../errors/tacit-error.ts';
import type { RevealPermit } from '../executor/reveal.ts';
import type { AuditPlan } from '../planner/audited-cells.ts';
import type { ReceiptAudit } from '../receipt/receipt.ts';
import { readSalts } from '../storage/part-leaves.ts';
import type { ShareStore, StoredVersion } from '../storage/share-store.ts';

/** What a party says of the owners' commitments to totals: in public, and to the analyst alone. */
export interface OpenedTotals {
  readonly audit: ReceiptAudit | null;
  /** This party's shares of the blindings. */
  readonly blindings: Uint8Array;
}

/** Of a statement that shows none. */
export const NO_TOTALS: OpenedTotals = { audit: null, blindings: new Uint8Array() };

/**
 * Opens the totals that an answer shows: this party's shares of their blindings over all parts of the version. A blinding tells
 * its total to whoever knows the commitments, so it goes the way of the result shares, with the same permit.
 *
 * @throws COMMITMENT_MISMATCH if stored commitments are not those that the part's root covers
 */
export function openTotals(
  crypto: CryptoProvider,
  store: ShareStore,
  _permit: RevealPermit,
  versions: readonly StoredVersion[],
  { cells, table, totals }: AuditPlan,
): OpenedTotals {
  if (!table || cells.every((cell) => cell === undefined)) {
    return NO_TOTALS;
  }
  const { name } = table.definition;
  const version = versions.find(({ definition }) => definition.name === name);
  invariant(version, 'a statement reads the table that it sums up');
  const parts = version.parts.map((part) => {
    const upload = store.upload(part.id);
    const digest = upload?.audit && auditDigest(crypto, upload, upload.audit.commitments);
    if (upload?.audit && digest === upload.extra) return upload.audit;
    const message = `the commitments to totals of part ${part.id} of table ${name} are not those of its version`;
    throw new TacitError('COMMITMENT_MISMATCH', message);
  });
  const seeds = version.parts.map((part) => ({ part: part.id, ...readSalts(store, part) }));
  return {
    audit: { table: name, totals, parts },
    blindings: blindingShares(crypto, seeds, totals),
  };
}
