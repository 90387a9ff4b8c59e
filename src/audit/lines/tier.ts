import { holds, type Outcome, open } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** On what each column of the result rests. */
export function tierLine({ isActive, receipt, threshold, parties }: Subject): Outcome {
  const names = receipt.result.columns.map(({ name }) => name).join(', ');
  if (!isActive) return open(`tier 0 (rests on every party's honesty): ${names}`);
  return holds(
    `tier 1 (attested): ${names}`,
    `at most ${threshold} of the ${parties} parties deviated`,
  );
}
