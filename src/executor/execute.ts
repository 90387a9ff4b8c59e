import { ELEMENT_BYTES } from '../field/p61.ts';
import type { Program, Stage } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import { dealer, multiply, reshareScratchBytes } from '../protocol/bgw.ts';
import { putElements } from '../protocol/elements.ts';
import type { Lane } from '../protocol/party.ts';
import { randomShares } from '../sharing/prss.ts';
import type { ShareReader } from '../storage/verified-shares.ts';
import { collect } from './collect.ts';
import { concat } from './concat.ts';
import { carryDigits } from './digits.ts';
import { guard } from './guard.ts';
import { type Memory, programMemory } from './memory.ts';
import { pairs } from './pairs.ts';
import { rank } from './rank.ts';
import { RelationMemory } from './relation-memory.ts';
import { route } from './route.ts';
import { runRowStage } from './row-stage.ts';
import { scan } from './scan.ts';
import { shuffleStage } from './shuffle.ts';
import { sortStage } from './sort.ts';

/**
 * Runs a program on shares, stage by stage, up to but not including the reveal; returns what it left at this party.
 * Control flow depends on the program and on public row counts alone. What the lane's witness holds afterwards is
 * not verified yet.
 */
export async function execute(lane: Lane, shares: ShareReader, program: Program): Promise<Memory> {
  const { arena } = lane.party;
  const relations = new RelationMemory(arena, program);
  const memory = programMemory(lane.party, program, relations.relations);
  for (const [index, stage] of program.stages.entries()) {
    relations.before(index);
    const mark = arena.mark();
    await runStage(lane, shares, stage, index, memory);
    arena.release(mark);
    relations.after(index);
  }
  await runZeroTests(lane, program.results.tests, memory.scalars);
  return memory;
}

async function runStage(
  lane: Lane,
  shares: ShareReader,
  stage: Stage,
  index: number,
  memory: Memory,
): Promise<void> {
  switch (stage.kind) {
    case 'rows':
      return runRowStage(lane, shares, stage, index, memory);
    case 'normalize':
      return carryDigits(lane, stage.numbers, index, memory.scalars);
    case 'collect':
      return collect(lane, stage, index, memory);
    case 'rank':
      return rank(lane, stage, index, memory);
    case 'concat':
      return concat(lane, stage, memory);
    case 'pairs':
      return pairs(lane, stage, memory);
    case 'scan':
      return scan(lane, stage, index, memory);
    case 'sort':
      return sortStage(lane, stage, index, memory);
    case 'route':
      return route(lane, stage, index, memory);
    case 'shuffle':
      return shuffleStage(lane, stage, index, memory);
    case 'guard':
      return guard(lane, stage, index, memory);
  }
}

/** to = of * r with r uniform and unknown to everyone: the analyst sees whether `of` is 0 and nothing else. */
async function runZeroTests(
  lane: Lane,
  tests: Program['results']['tests'],
  scalars: number,
): Promise<void> {
  const n = tests.length;
  if (n === 0) return;
  const { party } = lane;
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
  const roles = dealer(party);
  const product = { a: values, b: masks, to: products };
  await multiply(lane, STEP.zeroTest, 'zero/product', roles, [product], n, scratch);
  tests.forEach(({ to }, k) => {
    arena.u8.copyWithin(at(scalars, to), at(products, k), at(products, k + 1));
  });
}
