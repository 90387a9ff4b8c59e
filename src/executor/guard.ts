import { requireGuards } from '../program/guards.ts';
import type { GuardStage } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import { openBits } from '../protocol/open-bits.ts';
import type { Lane } from '../protocol/party.ts';
import { type Memory, wordOf } from './memory.ts';

/**
 * Opens the bits of a guard to all parties: everything that they depend on is verified before, and they are all that anyone learns.
 *
 * @throws JOIN_BOUND_EXCEEDED at every party, if one of them is 1
 */
export async function guard(
  lane: Lane,
  stage: GuardStage,
  index: number,
  memory: Memory,
): Promise<void> {
  const permit = await lane.barrier();
  const planes = stage.guards.flatMap(({ fold }) => wordOf(memory, fold));
  const bits = await openBits(lane, STEP.guard(index), permit, planes, 1);
  requireGuards(
    stage,
    Array.from(bits, (bit) => bit !== 0),
  );
}
