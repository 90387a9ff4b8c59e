import { type Account, PARTIES } from './account.ts';
import type { GuardStage, RouteStage } from './program.ts';
import { rowWords, WORD_BYTES } from './row-words.ts';
import { resultPlaneBytes } from './shapes.ts';
import { DIGEST_BYTES, STEP } from './steps.ts';

/** Rounds of a shuffle, and those that its check adds: tags; two for commitments to a coin, then key, coin, and sums. */
const SHUFFLE_ROUNDS = 2;
const SHUFFLE_CHECK_ROUNDS = 6;
/** Sums that two parties tell each other: at the beginning and at the end. */
const SUMS = 2;

/** One shuffle: how its steps are called, rows, and planes that move together. */
export interface ShuffleSize {
  readonly id: string;
  readonly rows: number;
  readonly planes: number;
}

/** What counts the rounds of a lane. */
interface Rounds {
  rounds: number;
}

function isEmpty({ rows, planes }: ShuffleSize): boolean {
  return rows === 0 || planes === 0;
}

/** A shuffle as it is run by parties that follow the protocol: four columns in all of every word. */
export function measureShuffle(account: Account, size: ShuffleSize): void {
  if (isEmpty(size)) return;
  account.rounds += SHUFFLE_ROUNDS;
  for (let k = 0; k < rowWords(size.planes); k++) measureColumn(account, size, k);
}

function measureColumn(account: Account, { id, rows }: ShuffleSize, k: number): void {
  const bytes = rows * WORD_BYTES;
  account.send(0, STEP.shuffleSecond(id, k), bytes);
  account.send(1, STEP.shuffleFirst(id, k), bytes);
  account.send(1, STEP.shuffleLast(id, k), bytes);
  account.send(2, STEP.shuffleLast(id, k), bytes);
}

/**
 * What active runs add to a shuffle: one word per row and party for the tags, which move like a further column; then
 * the check, whose size does not depend on the rows.
 */
function measureShuffleCheck(account: Account, size: ShuffleSize): void {
  const { id, rows } = size;
  const words = rowWords(size.planes);
  account.sendAll(STEP.shuffleTag(id), rows * WORD_BYTES);
  measureColumn(account, size, words);
  const coin = STEP.shuffleCoin(id);
  for (let peer = 1; peer < PARTIES; peer++) {
    account.sendAll(STEP.checkHead(coin), DIGEST_BYTES);
    account.sendAll(STEP.checkEcho(coin), DIGEST_BYTES);
    account.sendAll(STEP.checkCoin(coin, 0), DIGEST_BYTES);
  }
  measureOpening(account, STEP.shuffleKey(id), words * WORD_BYTES);
  for (let party = 0; party < PARTIES; party++) {
    for (let peer = 0; peer < PARTIES; peer++) {
      if (peer === party) continue;
      // The sum in the middle is for the first and the third party.
      const sums = party === 1 || peer === 1 ? SUMS : SUMS + 1;
      account.send(party, STEP.shuffleZeros(id), sums * WORD_BYTES);
    }
  }
}

/** An opening of replicated bits: one component's bytes, and a hash. */
export function measureOpening(account: Account, step: string, bytes: number): void {
  account.sendAll(step, bytes);
  account.sendAll(step, DIGEST_BYTES);
}

/** A lane's shuffle in an active run: all of its rounds; the check's messages go to the account. */
export function runShuffle(lane: Rounds, account: Account, size: ShuffleSize): void {
  if (isEmpty(size)) return;
  lane.rounds += SHUFFLE_ROUNDS + SHUFFLE_CHECK_ROUNDS;
  measureShuffleCheck(account, size);
}

/** The shuffle of a route of a relation with so many planes. At most one row is where it belongs, so nothing is shuffled. */
function shuffleOfRoute({ rows }: RouteStage, index: number, planes: number): ShuffleSize {
  return { id: `${index}`, rows: rows > 1 ? rows : 0, planes };
}

/** A route of a relation with so many planes: the shuffle, and the opening of the destinations. */
export function measureRoute(
  account: Account,
  stage: RouteStage,
  index: number,
  planes: number,
): void {
  const { rows, destination } = stage;
  measureShuffle(account, shuffleOfRoute(stage, index, planes));
  if (rows <= 1) return;
  account.rounds += 1;
  measureOpening(account, STEP.route(index), destination.length * resultPlaneBytes(rows));
}

/** A lane's route in an active run: the shuffle, the barrier, and the round of the opening. */
export function runRoute(
  lane: Rounds & { barrier(): void },
  account: Account,
  stage: RouteStage,
  index: number,
  planes: number,
): void {
  if (stage.rows <= 1) return;
  runShuffle(lane, account, shuffleOfRoute(stage, index, planes));
  lane.barrier();
  lane.rounds += 1;
}

/** A guard opens its bits. */
export function measureGuard(account: Account, { guards }: GuardStage, index: number): void {
  account.rounds += 1;
  measureOpening(account, STEP.guard(index), guards.length);
}
