import type { Account } from './account.ts';
import { PARTIES } from './account.ts';
import { type CheckShape, cornersOf } from './checks.ts';
import { DIGEST_BYTES, STEP } from './steps.ts';

/** Bytes of an element of either field. */
const ELEMENT = 8;
/** Values reshared in the last step: of the masks, and of the differences from them. */
export const LAST_VALUES = 2;
/** Values opened: x, y and h at the last coin. */
export const OPENED_VALUES = 3;

/**
 * Variables of each level that takes messages: the bits' level of AND gates, if it has any, then those of the recursion.
 * Level k answers to coin k + 1; coin 0 weighs the batch, and one more coin ends it.
 */
export function levelVariables({ bitVariables, levels }: CheckShape): number[] {
  return [bitVariables, ...levels].filter((variables) => variables > 0);
}

/** Coins that are tossed in one check. */
export function coinCount(shape: CheckShape): number {
  return levelVariables(shape).length + 2;
}

/**
 * Rounds of one check from its start: heads of the coins, their echo and coin 0; resharing and coin of every level and of
 * the last step; opening. Checks run beside the computation and each other, so this is what a lane waits for at most.
 */
export function checkRounds(shape: CheckShape): number {
  return 3 + 2 * (levelVariables(shape).length + 1) + 1;
}

/**
 * Adds the messages of one check to the account, rounds excepted ({@link checkRounds}). Per party, with k levels of v_1, ..., v_k
 * variables: 2 * 32 bytes for the head and as many for its echo and for each of k + 2 coins; 8 * (3^v_i - 1) bytes in level i and 16 in
 * the last step, to the one party whose values are not streamed; 2 * 24 bytes for the opening.
 */
export function measureCheck(account: Account, shape: CheckShape, batch: string): void {
  const toPeers = (step: string, bytes: number) => {
    for (let peer = 1; peer < PARTIES; peer++) account.sendAll(step, bytes);
  };
  toPeers(STEP.checkHead(batch), DIGEST_BYTES);
  toPeers(STEP.checkEcho(batch), DIGEST_BYTES);
  for (let coin = 0; coin < coinCount(shape); coin++) {
    toPeers(STEP.checkCoin(batch, coin), DIGEST_BYTES);
  }
  for (const [level, variables] of levelVariables(shape).entries()) {
    account.sendAll(STEP.checkLevel(batch, level), ELEMENT * cornersOf(variables));
  }
  account.sendAll(STEP.checkLast(batch), ELEMENT * LAST_VALUES);
  toPeers(STEP.checkOpen(batch), ELEMENT * OPENED_VALUES);
}
