import { ELEMENT_BYTES } from '../field/p61.ts';
import type { Program } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import { dealer, multiply, reshareScratchBytes } from '../protocol/bgw.ts';
import { putElements } from '../protocol/elements.ts';
import { Lane, type Party } from '../protocol/party.ts';
import { randomShares } from '../sharing/prss.ts';
import type { ShareStore } from '../storage/share-store.ts';
import { carryDigits } from './digits.ts';
import { runRowStage } from './row-stage.ts';

/** Where a program's scalars ended up and how many rounds it took. */
export interface Execution {
  /** Arena address of the program's scalars, Shamir shares of degree t. */
  readonly scalars: number;
  readonly rounds: number;
}

/**
 * Runs a program on shares, stage by stage, up to but not including the reveal. Control flow depends on the program and on
 * public row counts alone.
 */
export async function execute(
  party: Party,
  store: ShareStore,
  program: Program,
): Promise<Execution> {
  const { results } = program;
  const initial = new Array<bigint>(results.scalars).fill(0n);
  // A public value is its own share: the constant polynomial.
  for (const { scalar, value } of results.constants) initial[scalar] = value;
  const scalars = putElements(party.arena, initial);
  let rounds = 0;
  for (const [index, stage] of program.stages.entries()) {
    rounds += await runRowStage(party, store, stage, index, scalars);
  }
  if (results.normalize !== undefined) {
    const lane = new Lane(party);
    await carryDigits(lane, results.normalize.numbers, scalars);
    rounds += lane.rounds;
  }
  rounds += await runZeroTests(party, results.tests, scalars);
  return { scalars, rounds };
}

/** to = of * r with r uniform and unknown to everyone: the analyst sees whether `of` is 0 and nothing else. */
async function runZeroTests(
  party: Party,
  tests: Program['results']['tests'],
  scalars: number,
): Promise<number> {
  const n = tests.length;
  if (n === 0) return 0;
  const { arena, streams, self, parties, threshold } = party;
  const randoms = randomShares(streams, self, parties, threshold, STEP.zeroTest, n);
  const masks = putElements(arena, randoms);
  const values = arena.alloc(n * ELEMENT_BYTES);
  const products = arena.alloc(n * ELEMENT_BYTES);
  const scratch = arena.alloc(reshareScratchBytes(threshold, 1, n));
  const at = (base: number, k: number) => base + k * ELEMENT_BYTES;
  tests.forEach(({ of }, k) => {
    arena.u8.copyWithin(at(values, k), at(scalars, of), at(scalars, of + 1));
  });
  const lane = new Lane(party);
  const roles = dealer(party);
  const product = { a: values, b: masks, to: products };
  await multiply(lane, STEP.zeroTest, 'zero/product', roles, [product], n, scratch);
  tests.forEach(({ to }, k) => {
    arena.u8.copyWithin(at(scalars, to), at(products, k), at(products, k + 1));
  });
  return lane.rounds;
}
