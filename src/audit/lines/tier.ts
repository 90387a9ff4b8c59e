import { definitionDigest } from '../../catalog/digest.ts';
import { fromBase64 } from '../../client/base64.ts';
import { combineBlindings, splitShares } from '../../commit/blinding.ts';
import { type Outcome, open } from '../finding.ts';
import { type AuditTrust, type CellTier, checkCells } from '../pedersen/check-cells.ts';
import type { Subject } from '../subject.ts';

/**
 * On what each column of the result rests. Tier 2 is proven by the owners' commitments alone (src/audit/pedersen), tier 1 by the
 * parties' signatures, tier 0 by nothing.
 */
export function tierLine(subject: Subject): Outcome {
  const { isActive, parties, receipt, threshold } = subject;
  const tiers = checkCells(trustOf(subject), {
    plan: subject.prepared.audit,
    audit: receipt.body.audit,
    blindings: blindingsOf(subject),
    columns: subject.prepared.shape.columns,
    rows: receipt.result.rows as readonly (readonly (null | boolean | number | string)[])[],
    definition: definitionOf(subject),
  });
  const named = (wanted: CellTier['tier']) =>
    receipt.result.columns.filter((_, k) => tiers[k]?.tier === wanted).map(({ name }) => name);
  const [proven, rest] = [named(2), named(1)];
  const lines: string[] = [];
  if (proven.length > 0) {
    lines.push(
      `tier 2 (verified against the owners' commitments, trusting no party): ${proven.join(', ')}`,
    );
  }
  if (rest.length > 0) {
    const words = isActive ? 'tier 1 (attested)' : "tier 0 (rests on every party's honesty)";
    lines.push(`${words}: ${rest.join(', ')}${reasonOf(tiers)}`);
  }
  const text = lines.join('; ');
  const isOpen = rest.length > 0 && !isActive;
  if (isOpen) return open(text);
  return { verdict: 'holds', text, assuming: assumptions(proven, rest, parties, threshold) };
}

function assumptions(
  proven: readonly string[],
  rest: readonly string[],
  parties: number,
  threshold: number,
): string {
  const deviated = `at most ${threshold} of the ${parties} parties deviated`;
  if (proven.length === 0) return deviated;
  const logarithms =
    'its owner listed all parts of the version and nobody computes discrete logarithms in ristretto255';
  return rest.length === 0 ? logarithms : `tier 1: ${deviated}; tier 2: ${logarithms}`;
}

/** Why columns that could be proven are not, if there is a reason worth a word. */
function reasonOf(tiers: readonly CellTier[]): string {
  const reasons = new Set(tiers.map(({ reason }) => reason).filter((reason) => reason !== ''));
  return reasons.size === 0 ? '' : ` (${[...reasons].join('; ')})`;
}

function trustOf({ pinned, platform }: Subject): AuditTrust {
  if (!pinned) return { ...platform, consortium: new Uint8Array() };
  const { members, partiesDigest: consortium } = pinned;
  const keys = members.flatMap(({ key, name, roles }) =>
    roles.includes('owner') ? [[name, key] as const] : [],
  );
  const owners = new Map(keys);
  return { ...platform, consortium, ownerKey: (owner) => owners.get(owner) };
}

/** Digest of the definition of the table that is summed up. */
function definitionOf({ platform, receipt, tables }: Subject): string {
  const found = tables.find(({ name }) => name === receipt.body.audit?.table);
  return found ? definitionDigest(platform.crypto, found.definition) : '';
}

function blindingsOf({ receipt }: Subject): readonly bigint[] {
  const totals = receipt.body.audit?.totals.length ?? 0;
  if (totals === 0) return [];
  const vectors = receipt.parties.map(({ shares }) => {
    return splitShares(fromBase64(shares) ?? new Uint8Array(), totals).blindings;
  });
  return combineBlindings(vectors, totals);
}
