import type { Party } from '../protocol/party.ts';
import { outside, subsets } from '../sharing/prss.ts';
import { type CheckField, lagrangeOver } from './check-field.ts';

/**
 * This party's shares of degree t, over K, of `count` uniform values nobody knows, without a message [CDI05]; see
 * sharing/prss.ts. The sets are those of all parties, so every committee can use them. `label` must be fresh.
 */
export function randomSharesOver(
  { streams, self, parties, threshold }: Party,
  field: CheckField,
  label: string,
  count: number,
): bigint[] {
  const shares = new Array<bigint>(count).fill(0n);
  for (const set of subsets(parties, threshold)) {
    if (set.includes(self)) continue;
    const stream = streams.set(outside(parties, set), label);
    // At this party's point, the polynomial that is 1 at 0 and 0 at the points of the set.
    const nodes = [0n, ...set.map((party) => field.pointOf(party))];
    const weight = lagrangeOver(field, nodes, field.pointOf(self))[0] ?? 0n;
    for (let k = 0; k < count; k++) {
      shares[k] = field.add(shares[k] ?? 0n, field.multiply(field.draw(stream), weight));
    }
  }
  return shares;
}
