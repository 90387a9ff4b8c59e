import { fromHex } from '../../crypto/hex.ts';
import { shufflesOf } from '../../program/check-error.ts';
import { recheck } from '../../proof/recheck.ts';
import type { ReceiptCheck } from '../../receipt/receipt.ts';
import { type DemandedBatch, demandedBatches, requirePossibleSorts } from '../demanded-batches.ts';
import { holds, type Outcome, open, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/**
 * There is a passed check for every batch of gates and products that the program makes, of its size and no other; coins hash to
 * their heads, what was opened is consistent and multiplies up. Shuffles are checked by tags, which leave no record.
 */
export function checksLine(subject: Subject): Outcome {
  const { isActive, receipt } = subject;
  const { checks } = receipt.body;
  requirePossibleSorts(subject);
  if (!isActive) {
    if (checks.length > 0) throw refuted('a passive run has no checks, this one lists some');
    return open(
      'NOTHING was verified: the consortium runs passive security, so the answer is right only if every party ' +
        'followed the protocol',
    );
  }
  const expected = demandedBatches(subject);
  requireBatches(checks, expected);
  for (const [k, { id, shape }] of expected.entries()) {
    const check = checks[k];
    if (check) recheckOne(subject, check, id, shape);
  }
  const size = (kind: ReceiptCheck['kind']) =>
    checks.reduce((sum, check) => sum + (check.kind === kind ? check.size : 0), 0);
  const shuffles = shufflesOf(subject.prepared.program);
  const unrecorded =
    shuffles === 0
      ? ''
      : `; the checks of ${shuffles} shuffle(s) leave no record of their own, their error is in the bound`;
  return holds(
    `all AND gates (${8 * size('and')} with padding) and all ${size('product')} products were verified in ` +
      `${checks.length} batch(es), none left out${unrecorded}`,
    `at most ${subject.threshold} of the ${subject.parties} parties deviated; more could invent these records`,
  );
}

function requireBatches(checks: readonly ReceiptCheck[], expected: readonly DemandedBatch[]): void {
  const found = checks.map(({ batch, kind, size }) => `${batch} ${kind} ${size}`).join('|');
  const demanded = expected.map(({ id, shape }) => `${id} ${shape.kind} ${shape.size}`).join('|');
  if (found === demanded) return;
  throw refuted(
    'the batches that were checked are not exactly those that the program makes, of the same sizes',
  );
}

function recheckOne(
  { platform, receipt, threshold }: Subject,
  { heads, opened, reveals }: ReceiptCheck,
  batch: string,
  shape: DemandedBatch['shape'],
): void {
  const { committee, session } = receipt.body;
  const bytes = (text: string) => fromHex(text) ?? new Uint8Array();
  const record = {
    batch,
    shape,
    heads: heads.map(bytes),
    reveals: reveals.map(bytes),
    opened: {
      x: opened.x.map(BigInt),
      y: opened.y.map(BigInt),
      h: opened.h.map(BigInt),
    },
  };
  recheck(record, {
    crypto: platform.crypto,
    committee: committee.map((party) => party - 1),
    threshold,
    queryId: bytes(session.queryId),
  });
}
