import { holds, type Outcome, open, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** Who asked is a pinned analyst. */
export function analystLine({ pinned, receipt }: Subject): Outcome {
  const { analyst } = receipt.body.question;
  if (pinned === undefined) {
    return open(`asked by the holder of certificate ${analyst}, whoever that is`);
  }
  const member = pinned.members.find(({ fingerprint }) => fingerprint === analyst);
  if (!member?.roles.includes('analyst')) {
    throw refuted('who asked is no analyst of the pinned consortium');
  }
  return holds(`asked by ${member.name}, an analyst of the consortium`);
}
