import { ELEMENT_BYTES } from '../field/p61.ts';
import { outside, subsets, vanishing } from '../sharing/prss.ts';
import { fillElements, putElements } from './elements.ts';
import type { Party } from './party.ts';

/**
 * `to` = this party's shares of degree t of `n` uniform elements that nobody knows, without a message [CDI05]; see
 * sharing/prss.ts. Of the keys a party misses at least one, so the elements are uniform to any t parties and to
 * everyone outside. `label` must be fresh; `scratch` has room for n elements.
 */
export function randomElements(
  party: Party,
  label: string,
  to: number,
  n: number,
  scratch: number,
): void {
  const { arena, kernels, parties, self, streams, threshold } = party;
  const mark = arena.mark();
  kernels.fpFill(putElements(arena, [0n]), to, n);
  for (const set of subsets(parties, threshold)) {
    if (set.includes(self)) continue;
    fillElements(party, streams.set(outside(parties, set), label), scratch, n);
    kernels.fpAxpy(scratch, putElements(arena, [vanishing(set, self)]), to, n);
  }
  arena.release(mark);
}

/** Bytes of scratch memory for {@link randomElements}. */
export function randomScratchBytes(n: number): number {
  return n * ELEMENT_BYTES;
}
