import { errorBoundLog2, shufflesOf } from '../../program/check-error.ts';
import { demandedBatches } from '../demanded-batches.ts';
import { holds, type Outcome, open, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** At most 2^-40: the probability that a deviation passes all checks of a query. */
const BOUND_LOG2 = -40;

/** The bound that the receipt states is the one that the sizes of all batches give, and small enough. */
export function errorBoundLine(subject: Subject): Outcome {
  const { isActive, prepared, receipt } = subject;
  const stated = receipt.body.errorBoundLog2;
  if (!isActive) {
    if (stated !== 0) throw refuted('a passive run states an error bound');
    return open('no probability can be given for a wrong answer');
  }
  const shapes = demandedBatches(subject).map(({ shape }) => shape);
  const computed = errorBoundLog2(shapes, shufflesOf(prepared.program));
  if (computed !== stated) {
    throw refuted(
      `the receipt states an error bound of 2^${stated}; the checks give 2^${computed}`,
    );
  }
  if (computed > BOUND_LOG2) {
    throw refuted(`a deviation passes with probability 2^${computed}, more than 2^${BOUND_LOG2}`);
  }
  return holds(`a deviation would have passed all checks with probability at most 2^${computed}`);
}
