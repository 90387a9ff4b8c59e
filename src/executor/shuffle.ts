import type { ShuffleStage } from '../program/program.ts';
import type { Lane } from '../protocol/party.ts';
import { shuffleRows } from '../protocol/shuffle.ts';
import { planesOfRows, rowsOfPlanes } from '../protocol/shuffle-rows.ts';
import type { Memory } from './memory.ts';

/** Fills relation `to` of a stage with the rows of `from` in an order that nobody knows. */
export async function shuffleStage(
  lane: Lane,
  stage: ShuffleStage,
  index: number,
  memory: Pick<Memory, 'relations'>,
): Promise<void> {
  const { party } = lane;
  const from = memory.relations[stage.from]?.planes ?? [];
  const to = memory.relations[stage.to]?.planes ?? [];
  const mark = party.arena.mark();
  const rows = rowsOfPlanes(party, from, stage.rows);
  planesOfRows(party, await shuffleRows(lane, `${index}`, rows), to);
  party.arena.release(mark);
}
