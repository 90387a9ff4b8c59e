import type { PartyIndex } from './channel.ts';

/** How messages call a party: by its Shamir point, 1-based. */
export function partyName(party: PartyIndex): string {
  return `party ${party + 1}`;
}
