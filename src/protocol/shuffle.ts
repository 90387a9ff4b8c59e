import { WORD_BYTES } from '../program/row-words.ts';
import type { Lane } from './party.ts';
import { drawKey, tagRows, verifyShuffle } from './shuffle-check.ts';
import { moveRows } from './shuffle-moves.ts';
import { allocRows, type Columns, columnsOf, type SharedRows } from './shuffle-rows.ts';

/**
 * The rows in an order that nobody knows, on fresh shares; two rounds, eight in active runs. `id` begins the names of steps and
 * streams and is used once per query attempt. Active runs: verified when it resolves.
 *
 * @throws CHECK_FAILED, OPENING_INCONSISTENT, COIN_INVALID, in active runs, if a party deviated
 */
export async function shuffleRows(lane: Lane, id: string, from: SharedRows): Promise<SharedRows> {
  const { party } = lane;
  const { arena } = party;
  const { rows, words } = from;
  const to = allocRows(party, rows, words);
  if (rows === 0 || words === 0) return to;
  const mark = arena.mark();
  const move = { lane, id, rows };
  const [input, output] = [columnsOf(from), columnsOf(to)];
  const column = () => arena.alloc(rows * WORD_BYTES);
  if (lane.witness.isChecked) {
    const [before, after] = [taggedColumns(input, column), taggedColumns(output, column)];
    const key = drawKey(party, id, words);
    await tagRows(lane, id, key, before, rows);
    const tagged = { ...move, input: before, output: after, between: before.left.map(column) };
    await moveRows(tagged);
    await verifyShuffle(lane, id, key, tagged);
  } else {
    await moveRows({ ...move, input, output, between: input.left.map(column) });
  }
  arena.release(mark);
  return to;
}

/** The columns and, last, a new one for tags. */
function taggedColumns({ left, right }: Columns, column: () => number): Columns {
  return { left: [...left, column()], right: [...right, column()] };
}
