import { TacitError } from '../errors/tacit-error.ts';
import { gfMul } from '../field/gf64.ts';
import { GF_TABLE_BYTES } from '../field/kernels.ts';
import { WORD_BYTES } from '../program/row-words.ts';
import { STEP } from '../program/steps.ts';
import { leftOf, rightOf } from '../sharing/replicated.ts';
import { openReplicated } from './open-bits.ts';
import type { Lane, Party } from './party.ts';
import type { Columns } from './shuffle-rows.ts';
import { addStream, bytesOfWords, wordsOfBytes } from './words.ts';

/**
 * Verification of a shuffle (PROTOCOLS A8). Over K = GF(2^64), every row x gets a tag t = sum of k_w x_w for a secret random key k, and
 * is shuffled with it. Only when every party has said that all its messages of the shuffle have arrived is k opened, and then
 * a coin tossed, which gives three independent vectors of weights. For each of
 *
 *     the rows as they came, between the first two orders (x1 of party 1, y1 as party 3 received it), and as they are at the end
 *
 * the weighted sum d of all t ^ sum of k_w x_w must be 0. Any change of a message adds something to the rows and tags of one of these
 * that was chosen without k, so that d is not 0, except with a probability of 2^-63. The three are checked apart, because an error
 * before an order that is taken back after it cancels if the guess where it went was right: passing would then tell where.
 *
 * d is a replicated sharing. A party gets the component that it lacks from both holders, and knows beforehand what it must be, so a
 * passed check tells nothing; a failed one tells of orders that are never used. The sum in the middle has one component at
 * party 1 and one at parties 2 and 3; it is for them that party 2 might have lied to.
 */

/** A secret key: one element of K for every word, replicated. */
export interface ShuffleKey {
  readonly left: readonly bigint[];
  readonly right: readonly bigint[];
}

/**
 * Columns of words and, last, of tags: as they came, between the first two orders (see shuffle-moves.ts), and at the end.
 */
export interface Tagged {
  readonly rows: number;
  readonly input: Columns;
  readonly between: readonly number[];
  readonly output: Columns;
}

/** Rows that are weighted at a time. */
const PIECE_ROWS = 1 << 15;

/** A key that nobody knows, without a message. */
export function drawKey({ self, streams }: Party, id: string, words: number): ShuffleKey {
  const draw = (peer: number) => {
    const bytes = new Uint8Array(words * WORD_BYTES);
    streams.pair(peer, `shuffle/${id}/key`).fill(bytes);
    return wordsOfBytes(bytes);
  };
  return { left: draw(leftOf(self)), right: draw(rightOf(self)) };
}

/**
 * Writes the tags of all rows to the last columns of `input`: one element per row and party, one round [AFLNO16]. What a party adds to them by lying
 * is found in the rows as they came.
 */
export async function tagRows(
  lane: Lane,
  id: string,
  key: ShuffleKey,
  input: Columns,
  rows: number,
): Promise<void> {
  const { party } = lane;
  const { arena, kernels, self, streams } = party;
  const bytes = rows * WORD_BYTES;
  const words = key.left.length;
  const to = { left: input.left[words] ?? 0, right: input.right[words] ?? 0 };
  arena.u8.fill(0, to.left, to.left + bytes);
  const mark = arena.mark();
  const [factor, tables] = [arena.alloc(WORD_BYTES), arena.alloc(GF_TABLE_BYTES)];
  const add = (by: bigint, column: number) => {
    arena.u8.set(bytesOfWords([by]), factor);
    kernels.gfTables(factor, tables);
    kernels.gfAxpy(column, tables, to.left, rows);
  };
  // k_i x_i + k_i x_(i+1) + k_(i+1) x_i
  for (const [w, left] of key.left.entries()) {
    add(left ^ (key.right[w] ?? 0n), input.left[w] ?? 0);
    add(left, input.right[w] ?? 0);
  }
  arena.release(mark);
  for (const peer of [leftOf(self), rightOf(self)]) {
    addStream(party, streams.pair(peer, `shuffle/${id}/tag`), to.left, rows);
  }
  const step = STEP.shuffleTag(id);
  lane.send(leftOf(self), step, to.left, bytes);
  lane.rounds++;
  await lane.receive(rightOf(self), step, to.right, bytes);
}

/**
 * Verifies a shuffle whose messages to this party have all arrived; five rounds.
 *
 * @throws CHECK_FAILED if a row or tag was changed; COIN_INVALID, OPENING_INCONSISTENT if a party deviates in the check itself
 */
export async function verifyShuffle(
  lane: Lane,
  id: string,
  key: ShuffleKey,
  tagged: Tagged,
): Promise<void> {
  const coin = await lane.witness.coin(STEP.shuffleCoin(id));
  lane.rounds += 2;
  const [left, right] = [bytesOfWords(key.left), bytesOfWords(key.right)];
  const opened = wordsOfBytes(await openReplicated(lane, STEP.shuffleKey(id), left, right));
  const weigh = weigher(lane.party, opened, tagged.rows, await coin.toss());
  lane.rounds++;
  const { input, between, output } = tagged;
  const [startLeft = 0n, startRight = 0n] = weigh('input', [input.left, input.right]);
  const [endLeft = 0n, endRight = 0n] = weigh('output', [output.left, output.right]);
  const middle = comparesMiddle(lane.party) ? weigh('between', [between]) : [];
  await compareZeros(lane, id, [startLeft, endLeft], [startRight, endRight], middle);
}

/** Whether the party holds a component of the middle that party 2 has no say in. */
function comparesMiddle({ self }: Party): boolean {
  return self !== 1;
}

/** Weighted sums of t ^ sum of k_w x_w over all rows, one for each list of columns, by weights that are fresh for each name. */
function weigher(
  { arena, crypto, kernels, streams }: Party,
  key: readonly bigint[],
  rows: number,
  coin: Uint8Array,
): (name: string, lists: readonly (readonly number[])[]) => bigint[] {
  return (name, lists) => {
    const info = `tacit/shuffle|${name}`;
    const weights = crypto.stream(crypto.hkdf(coin, streams.queryId, info, 32));
    const columns = lists.flat();
    const mark = arena.mark();
    const piece = arena.alloc(PIECE_ROWS * WORD_BYTES);
    const sums = arena.alloc(columns.length * WORD_BYTES);
    arena.u8.fill(0, sums, sums + columns.length * WORD_BYTES);
    for (let start = 0; start < rows; start += PIECE_ROWS) {
      const n = Math.min(PIECE_ROWS, rows - start);
      weights.fill(arena.u8.subarray(piece, piece + n * WORD_BYTES));
      columns.forEach((column, k) => {
        kernels.gfDot(column + start * WORD_BYTES, piece, n, sums + k * WORD_BYTES);
      });
    }
    const found = wordsOfBytes(arena.u8.subarray(sums, sums + columns.length * WORD_BYTES));
    arena.release(mark);
    // The last column of a list holds the tags.
    return lists.map((list) =>
      found.splice(0, list.length).reduce((sum, value, k) => sum ^ gfMul(key[k] ?? 1n, value), 0n),
    );
  };
}

/** Tells both neighbours the sums that they lack, and compares theirs with what they must be. */
async function compareZeros(
  lane: Lane,
  id: string,
  left: readonly bigint[],
  right: readonly bigint[],
  middle: readonly bigint[],
): Promise<void> {
  const { party } = lane;
  const { channel, self } = party;
  const step = STEP.shuffleZeros(id);
  const expected = left.map((value, k) => value ^ (right[k] ?? 0n));
  // Parties 1 and 3 compare the middle with each other.
  const peers = [
    { peer: leftOf(self), values: right },
    { peer: rightOf(self), values: left },
  ].map(({ peer, values }) => ({ peer, values, shared: peer === 1 ? [] : middle }));
  for (const { peer, values, shared } of peers) {
    channel.send(peer, step, bytesOfWords([...values, ...shared]), true);
  }
  lane.rounds++;
  const areZero = await Promise.all(
    peers.map(async ({ peer, shared }) => {
      const wanted = [...expected, ...shared];
      const bytes = new Uint8Array(wanted.length * WORD_BYTES);
      await channel.receive(peer, step, () => bytes, 0, bytes.length);
      return wordsOfBytes(bytes).every((value, k) => value === wanted[k]);
    }),
  );
  if (areZero.every((isZero) => isZero)) return;
  throw new TacitError(
    'CHECK_FAILED',
    `the check of shuffle ${id} failed: one of the parties ${party.committee.map((p) => p + 1).join(', ')} deviated from the protocol`,
  );
}
