import { auditedTotals } from '../../catalog/audited.ts';
import { signedMessage } from '../../catalog/digest.ts';
import { rowCount, type TablePart, type TableVersion } from '../../catalog/table.ts';
import type { SqlType } from '../../catalog/types.ts';
import type { JsonValue } from '../../client/query/print-value.ts';
import { auditDigest, splitCommitments } from '../../commit/part-audit.ts';
import { opensTo } from '../../commit/pedersen.ts';
import { fromHex } from '../../crypto/hex.ts';
import type { KeyProvider } from '../../crypto/keys.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import type { AuditedCell, AuditPlan } from '../../planner/audited-cells.ts';
import type { ReceiptAudit } from '../../receipt/receipt.ts';
import { averageOf, integerOf, sumOfAverage } from './audited-values.ts';

/** An answer with what the parties opened of its totals. */
export interface AuditedAnswer {
  /** Of the statement, planned again. */
  readonly plan: AuditPlan;
  readonly audit: ReceiptAudit | null;
  /** Blindings of the plan's totals, in their order. */
  readonly blindings: readonly bigint[];
  readonly columns: readonly { readonly type: SqlType }[];
  readonly rows: readonly (readonly JsonValue[])[];
  /** Digest of the table's definition. */
  readonly definition: string;
}

/** What the checks need besides the answer. */
export interface AuditTrust {
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  readonly keys: Pick<KeyProvider, 'verify'>;
  /** Digest of the consortium, which signatures are bound to. */
  readonly consortium: Uint8Array;
  /** The pinned Ed25519 key of an owner. Absent: whose keys to believe is not known, so nothing is better than tier 1. */
  readonly ownerKey?: (owner: string) => Uint8Array | undefined;
}

/** 2: follows from the owners' commitments, whatever the parties did. 1: rests on at most t parties being corrupt. */
export interface CellTier {
  readonly tier: 1 | 2;
  /** Why a total of audited columns is no better; else empty. */
  readonly reason: string;
}

/**
 * The tier of every output column of an answer (PROTOCOLS 5.5 A): each commitment is its owner's, and their sum opens to the very
 * number in the answer.
 *
 * @throws RECEIPT_INVALID if something that should open does not
 */
export function checkCells(trust: AuditTrust, answer: AuditedAnswer): CellTier[] {
  const { audit, blindings, plan, rows } = answer;
  const { cells, table } = plan;
  if (!table || cells.every((cell) => cell === undefined)) {
    if (audit !== null) throw invalid('it opens totals that the statement does not show');
    return cells.map(() => TIER_ONE);
  }
  requireSameTotals(plan, table, audit);
  if (blindings.length !== plan.totals.length) throw invalid('blindings of totals are missing');
  const [row, ...others] = rows;
  if (!row || others.length > 0 || row.length !== cells.length) {
    throw invalid('an answer of totals has one row');
  }
  const commitments = readCommitments(trust, answer, table, audit);
  const values = valuesOf(answer, table, row);
  for (const [k, index] of plan.totals.entries()) {
    const points = commitments.map((part) => part[index] ?? new Uint8Array());
    if (opensTo(points, values[k] ?? 0n, blindings[k] ?? 0n)) continue;
    throw invalid("the owners' commitments do not open to the answer");
  }
  const tiers = cells.map((cell, k) => tierOf(cell, row[k] ?? null, values, table));
  if (trust.ownerKey) return tiers;
  return tiers.map(({ tier, reason }) =>
    tierOne(tier === 2 ? "owners' keys are not pinned" : reason),
  );
}

function requireSameTotals(
  { totals }: AuditPlan,
  table: TableVersion,
  audit: ReceiptAudit | null,
): asserts audit is ReceiptAudit {
  if (!audit) throw invalid('the commitments of its owners are missing');
  const isSame =
    audit.table === table.definition.name &&
    audit.parts.length === table.parts.length &&
    audit.totals.length === totals.length &&
    audit.totals.every((total, k) => total === totals[k]);
  if (!isSame) throw invalid('it opens other totals than the statement shows');
}

/** Every part's commitments, which its owner has signed. */
function readCommitments(
  trust: AuditTrust,
  { definition }: AuditedAnswer,
  table: TableVersion,
  audit: ReceiptAudit,
): Uint8Array[][] {
  const totals = auditedTotals(table.definition).length;
  return table.parts.map((part, k) => {
    const { commitments = '', signature = '' } = audit.parts[k] ?? {};
    const points = splitCommitments(commitments, totals);
    const signed = fromHex(signature);
    if (!points || !signed) throw invalid(`the commitments of part ${part.id} are malformed`);
    requireOwn(
      trust,
      part,
      auditDigest(trust.crypto, { ...part, definition }, commitments),
      signed,
    );
    return points;
  });
}

function requireOwn(
  { consortium, keys, ownerKey }: AuditTrust,
  { id, owner }: TablePart,
  digest: string,
  signature: Uint8Array,
): void {
  if (!ownerKey) return;
  const key = ownerKey(owner);
  const message = signedMessage('tacit/audit', consortium, digest);
  if (key && keys.verify(key, message, signature)) return;
  throw invalid(`owner "${owner}" has not signed the commitments of part ${id}`);
}

/** What each total must be for the answer to be right. */
function valuesOf(
  { columns, plan }: AuditedAnswer,
  table: TableVersion,
  row: readonly JsonValue[],
) {
  const values: (bigint | undefined)[] = plan.totals.map(() => undefined);
  const claim = (total: number, value: bigint | undefined) => {
    if (value === undefined || (values[total] ?? value) !== value) {
      throw invalid('a total is not a number, or two cells show it differently');
    }
    values[total] = value;
  };
  for (const [k, cell] of plan.cells.entries()) {
    const shown = row[k] ?? null;
    const type = columns[k]?.type;
    if (cell?.kind !== 'total' || !type) continue;
    claim(cell.total, shown === null && cell.mayBeNull ? 0n : integerOf(type, shown));
  }
  for (const [k, cell] of plan.cells.entries()) {
    const shown = row[k] ?? null;
    if (cell?.kind !== 'average' || values[cell.sum] !== undefined) continue;
    if (typeof shown !== 'number') throw invalid('an average is not a number');
    claim(cell.sum, sumOfAverage(shown, divisorOf(cell, values, table)));
  }
  return values;
}

function tierOf(
  cell: AuditedCell | undefined,
  shown: JsonValue,
  values: readonly (bigint | undefined)[],
  table: TableVersion,
): CellTier {
  switch (cell?.kind) {
    case undefined:
      return TIER_ONE;
    case 'rows':
      if (shown === rowCount(table)) return TIER_TWO;
      throw invalid('the number of rows is not what the owners have signed');
    case 'total':
      if (!cell.mayBeNull || values[cell.total] !== 0n) return TIER_TWO;
      return tierOne('a sum of 0 and NULL have the same commitment');
    case 'average': {
      const average = averageOf(values[cell.sum] ?? 0n, divisorOf(cell, values, table));
      if (average === shown) return TIER_TWO;
      throw invalid('an average is not the quotient of what the owners have committed to');
    }
  }
}

function divisorOf(
  { count, unit }: Extract<AuditedCell, { readonly kind: 'average' }>,
  values: readonly (bigint | undefined)[],
  table: TableVersion,
): bigint {
  return unit * (count === 'rows' ? BigInt(rowCount(table)) : (values[count] ?? 0n));
}

const TIER_ONE: CellTier = { tier: 1, reason: '' };
const TIER_TWO: CellTier = { tier: 2, reason: '' };

function tierOne(reason: string): CellTier {
  return { tier: 1, reason };
}

function invalid(what: string): TacitError {
  return new TacitError(
    'RECEIPT_INVALID',
    `the receipt is not proven by its owners' commitments: ${what}`,
  );
}
