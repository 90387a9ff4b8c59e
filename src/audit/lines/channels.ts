import { holds, type Outcome, refuted } from '../finding.ts';
import type { Subject } from '../subject.ts';

/** There is one digest of what was sent for every ordered pair of parties; both ends have signed it. */
export function channelsLine({ receipt }: Subject): Outcome {
  const { channels, committee } = receipt.body;
  const pairs = committee.flatMap((from) =>
    committee.filter((to) => to !== from).map((to) => `${from}>${to}`),
  );
  if (channels.map(({ from, to }) => `${from}>${to}`).join() !== pairs.join()) {
    throw refuted('the transcripts are not one for every ordered pair of parties, in order');
  }
  return holds(`both ends of all ${pairs.length} channels attest the same transcript`);
}
