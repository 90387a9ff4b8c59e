import { ELEMENT_BYTES } from '../field/p61.ts';
import { SIGN_OFFSET } from '../program/conversion.ts';
import { putElements } from '../protocol/elements.ts';
import { type BitPlanes, fieldToBits, shamirToReplicated } from '../protocol/field-to-bits.ts';
import type { Lane } from '../protocol/party.ts';

/**
 * The 61 bits of v + 2^60 of n shared elements v at `values`, |v| < 2^60 - 1: the lowest 60 are those of v, and the highest
 * is 0 iff v is negative. `label` must be fresh.
 */
export async function signedBits(
  lane: Lane,
  steps: { readonly mask: string; readonly and: (layer: number) => string },
  label: string,
  values: number,
  n: number,
): Promise<BitPlanes> {
  const { arena, kernels } = lane.party;
  const offset = arena.alloc(n * ELEMENT_BYTES);
  kernels.fpFill(putElements(arena, [SIGN_OFFSET]), offset, n);
  kernels.fpAdd(values, offset, offset, n);
  const x = await shamirToReplicated(lane, steps.mask, `${label}/mask`, offset, n);
  return fieldToBits(lane, steps.and, `${label}/bits`, x, n);
}
