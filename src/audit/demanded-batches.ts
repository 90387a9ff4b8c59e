import { batchesOf } from '../program/measure-verification.ts';
import { impossibleSorts } from '../program/sort-record.ts';
import { refuted } from './finding.ts';
import type { Subject } from './subject.ts';

/** A batch of gates or products that a run verifies. */
export type DemandedBatch = ReturnType<typeof batchesOf>[number];

/**
 * The batches that the program makes if its sorts did what the receipt says, which says how large they are. Refuted, and nothing is
 * computed, if no run does that.
 */
export function demandedBatches({ prepared, receipt }: Subject): DemandedBatch[] {
  requirePossibleSorts({ prepared, receipt });
  return batchesOf(prepared.program, receipt.body.sorts);
}

/** Refuted if no run of the program makes the comparisons that are listed. */
export function requirePossibleSorts({
  prepared,
  receipt,
}: Pick<Subject, 'prepared' | 'receipt'>): void {
  const impossible = impossibleSorts(prepared.program, receipt.body.sorts);
  if (impossible === undefined) return;
  throw refuted(`no run of the program makes the comparisons that are listed: ${impossible}`);
}
