import type { ByteStream } from '../crypto/provider.ts';
import { WORD_BYTES } from '../program/row-words.ts';
import { STEP } from '../program/steps.ts';
import type { Lane } from './party.ts';
import { randomOrder } from './permutation.ts';
import type { Columns } from './shuffle-rows.ts';
import { addStream, writeStream, xorWords } from './words.ts';

/**
 * The moves of a shuffle [AFOPRT21]. Each pair of parties permutes all rows by an order that only the two know, first parties
 * 1 and 2, then 3 and 1, then 2 and 3. With a, b, c the components of the rows (party 1 has a and b, party 2 b and c, party 3 c and
 * a), z masks of a pair, and a', b' the new components, which are streams of the parties that hold them:
 *
 *     party 1:  x1 = p12(a ^ b) ^ z12,  x2 = p31(x1) ^ z31  to party 2
 *     party 2:  y1 = p12(c) ^ z12       to party 3;   c1 = p23(x2) ^ b'  to party 3
 *     party 3:  y2 = p31(y1) ^ z31;                   c2 = p23(y2) ^ a'  to party 2;   c' = c1 ^ c2
 *
 * Everyone sees only values behind a mask that it does not know. The last permutation needs none: its result stays with the two
 * parties that know it until b' or a' covers it.
 */

/** One shuffle at one party. */
export interface Moves {
  readonly lane: Lane;
  /** Begins the names of steps and streams. */
  readonly id: string;
  readonly rows: number;
  readonly input: Columns;
  readonly output: Columns;
  /** Columns that keep x1 at party 1 and y1, as it was received, at party 3. */
  readonly between: readonly number[];
}

/** Runs the moves; two rounds, and 4/3 columns sent per column and party on average. Afterwards `output` is written. */
export async function moveRows(moves: Moves): Promise<void> {
  const roles = [moveFirst, moveSecond, moveThird] as const;
  await roles[moves.lane.party.self]?.(moves);
  moves.lane.rounds += 2;
}

async function moveFirst(moves: Moves): Promise<void> {
  const { lane, id, rows, input, output, between } = moves;
  const [p12, p31, scratch] = [order(moves, 1), order(moves, 2), column(moves)];
  const [z12, z31] = [stream(moves, 1, 'mask'), stream(moves, 2, 'mask')];
  const [b, a] = [stream(moves, 1, 'share'), stream(moves, 2, 'share')];
  for (const [k, x1] of between.entries()) {
    xorWords(lane.party, input.left[k] ?? 0, input.right[k] ?? 0, scratch, rows);
    permute(moves, scratch, p12, x1);
    addStream(lane.party, z12, x1, rows);
    permute(moves, x1, p31, scratch);
    addStream(lane.party, z31, scratch, rows);
    lane.send(1, STEP.shuffleSecond(id, k), scratch, rows * WORD_BYTES);
    writeStream(lane.party, a, output.left[k] ?? 0, rows);
    writeStream(lane.party, b, output.right[k] ?? 0, rows);
  }
}

async function moveSecond(moves: Moves): Promise<void> {
  const { lane, id, rows, input, output, between } = moves;
  // All receives come first, so that a fast peer's columns need not be held elsewhere.
  const arrive = receiveAll(moves, 0, STEP.shuffleSecond, between);
  const ends = receiveAll(moves, 2, STEP.shuffleLast, output.right);
  const [p12, p23, scratch] = [order(moves, 0), order(moves, 2), column(moves)];
  const [z12, b] = [stream(moves, 0, 'mask'), stream(moves, 0, 'share')];
  for (const k of between.keys()) {
    permute(moves, input.right[k] ?? 0, p12, scratch);
    addStream(lane.party, z12, scratch, rows);
    lane.send(2, STEP.shuffleFirst(id, k), scratch, rows * WORD_BYTES);
    writeStream(lane.party, b, output.left[k] ?? 0, rows);
  }
  for (const [k, x2] of between.entries()) {
    await arrive[k];
    permute(moves, x2, p23, scratch);
    xorWords(lane.party, scratch, output.left[k] ?? 0, x2, rows);
    lane.send(2, STEP.shuffleLast(id, k), x2, rows * WORD_BYTES);
  }
  for (const [k, c1] of between.entries()) {
    const c = output.right[k] ?? 0;
    await ends[k];
    xorWords(lane.party, c, c1, c, rows);
  }
}

async function moveThird(moves: Moves): Promise<void> {
  const { lane, id, rows, output, between } = moves;
  const arrive = receiveAll(moves, 1, STEP.shuffleFirst, between);
  const ends = receiveAll(moves, 1, STEP.shuffleLast, output.left);
  const [p31, p23, scratch] = [order(moves, 0), order(moves, 1), column(moves)];
  const [z31, a] = [stream(moves, 0, 'mask'), stream(moves, 0, 'share')];
  const own = between.map(() => column(moves));
  for (const [k, y1] of between.entries()) {
    const c2 = own[k] ?? 0;
    writeStream(lane.party, a, output.right[k] ?? 0, rows);
    await arrive[k];
    permute(moves, y1, p31, scratch);
    addStream(lane.party, z31, scratch, rows);
    permute(moves, scratch, p23, c2);
    xorWords(lane.party, c2, output.right[k] ?? 0, c2, rows);
    lane.send(1, STEP.shuffleLast(id, k), c2, rows * WORD_BYTES);
  }
  for (const [k, c2] of own.entries()) {
    const c = output.left[k] ?? 0;
    await ends[k];
    xorWords(lane.party, c, c2, c, rows);
  }
}

function column({ lane, rows }: Moves): number {
  return lane.party.arena.alloc(rows * WORD_BYTES);
}

function stream({ lane, id }: Moves, peer: number, purpose: string): ByteStream {
  return lane.party.streams.pair(peer, `shuffle/${id}/${purpose}`);
}

/** The order that this party and `peer` know. */
function order(moves: Moves, peer: number): number {
  return randomOrder(moves.lane.party.arena, stream(moves, peer, 'order'), moves.rows);
}

function permute({ lane, rows }: Moves, from: number, by: number, to: number): void {
  lane.party.kernels.gather64(from, by, to, rows);
}

/** Starts to receive every column of a kind; each promise is that column's. */
function receiveAll(
  { lane, id, rows }: Moves,
  from: number,
  stepOf: (id: string, column: number) => string,
  to: readonly number[],
): Promise<void>[] {
  return to.map((address, k) => {
    const arrival = lane.receive(from, stepOf(id, k), address, rows * WORD_BYTES);
    // Somebody waits for it later, or fails because of another one.
    arrival.catch(() => undefined);
    return arrival;
  });
}
