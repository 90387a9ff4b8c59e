import { ELEMENT_BYTES } from '../field/p61.ts';
import type { Chunk, Reduction } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import { type Dealer, reshare, reshareScratchBytes } from '../protocol/bgw.ts';
import { putElements } from '../protocol/elements.ts';
import type { Lane, Party } from '../protocol/party.ts';

/** The sums of a stage over the rows of all its chunks. */
export interface Sums {
  readonly reductions: readonly Reduction[];
  readonly roles: Dealer;
  /** Address of one element per reduction. */
  readonly totals: number;
}

/** Sums that start at zero; their memory is the stage's. */
export function startSums(party: Party, reductions: readonly Reduction[], roles: Dealer): Sums {
  const totals = putElements(
    party.arena,
    reductions.map(() => 0n),
  );
  return { reductions, roles, totals };
}

function dotsOf(reductions: readonly Reduction[]) {
  return reductions.flatMap((dot, number) => (dot.kind === 'dot' ? [{ dot, number }] : []));
}

/** Bytes of scratch memory for {@link sumChunk}. */
export function sumScratchBytes(party: Party, reductions: readonly Reduction[]): number {
  const dots = dotsOf(reductions).length;
  return dots * ELEMENT_BYTES + 64 + reshareScratchBytes(party.threshold, 1, dots);
}

/**
 * Adds a chunk of the `stage`-th stage to the sums; one round if there are dot products: their shares of degree 2t are reshared
 * together. Chunks may come in any order.
 */
export async function sumChunk(
  lane: Lane,
  { reductions, roles, totals }: Sums,
  stage: number,
  { index, rows }: Chunk,
  register: (number: number) => number,
  scratch: number,
): Promise<void> {
  const { arena, kernels } = lane.party;
  const total = (number: number) => totals + number * ELEMENT_BYTES;
  reductions.forEach((reduction, number) => {
    if (reduction.kind === 'sum') kernels.fpSum(register(reduction.a), rows, total(number));
  });
  const dots = dotsOf(reductions);
  const n = dots.length;
  if (n === 0) return;
  arena.u8.fill(0, scratch, scratch + n * ELEMENT_BYTES);
  const products = dots.map(({ dot, number }, k) => {
    const product = { x: register(dot.a), y: register(dot.b), z: scratch + k * ELEMENT_BYTES };
    kernels.fpDot(product.x, product.y, rows, product.z);
    return { ...product, n: rows, number };
  });
  const working = Math.ceil((scratch + n * ELEMENT_BYTES) / 64) * 64;
  const column = { d: scratch, to: scratch };
  const label = `${stage}.${index}.dot`;
  await reshare(lane, STEP.dots(stage, index), label, roles, [column], n, working);
  await lane.witness.innerProducts(products);
  for (const { z, number } of products) kernels.fpAdd(total(number), z, total(number), 1);
}

/** Adds every sum to its scalar. */
export function finishSums({ kernels }: Party, sums: Sums, scalars: number): void {
  sums.reductions.forEach(({ scalar }, number) => {
    const target = scalars + scalar * ELEMENT_BYTES;
    kernels.fpAdd(target, sums.totals + number * ELEMENT_BYTES, target, 1);
  });
}
