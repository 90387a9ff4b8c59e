import { ELEMENT_BYTES } from '../field/p61.ts';
import type { Program, Stage } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import { dealer, multiply, reshareScratchBytes } from '../protocol/bgw.ts';
import { putElements } from '../protocol/elements.ts';
import { Lane, type Party } from '../protocol/party.ts';
import { randomShares } from '../sharing/prss.ts';
import type { ShareStore } from '../storage/share-store.ts';
import { collect } from './collect.ts';
import { carryDigits } from './digits.ts';
import { type Memory, programMemory } from './memory.ts';
import { rank } from './rank.ts';
import { runRowStage } from './row-stage.ts';

/** What a program left at a party and how many rounds it took. */
export interface Execution {
  readonly memory: Memory;
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
  const memory = programMemory(party, program);
  let rounds = 0;
  for (const [index, stage] of program.stages.entries()) {
    rounds += await runStage(party, store, stage, index, memory);
  }
  rounds += await runZeroTests(party, program.results.tests, memory.scalars);
  return { memory, rounds };
}

/** Runs one stage and returns the rounds it took. */
async function runStage(
  party: Party,
  store: ShareStore,
  stage: Stage,
  index: number,
  memory: Memory,
): Promise<number> {
  const lane = new Lane(party);
  switch (stage.kind) {
    case 'rows':
      return runRowStage(party, store, stage, index, memory);
    case 'normalize':
      await carryDigits(lane, stage.numbers, index, memory.scalars);
      return lane.rounds;
    case 'collect':
      await collect(lane, stage, index, memory);
      return lane.rounds;
    case 'rank':
      await rank(lane, stage, index, memory);
      return lane.rounds;
  }
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
