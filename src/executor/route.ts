import { invariant } from '../errors/tacit-error.ts';
import { planeBytes } from '../field/planes.ts';
import type { RouteStage } from '../program/program.ts';
import { resultPlaneBytes } from '../program/shapes.ts';
import { STEP } from '../program/steps.ts';
import { openBits } from '../protocol/open-bits.ts';
import type { Lane } from '../protocol/party.ts';
import { shuffleRows } from '../protocol/shuffle.ts';
import { orderRows, planesOfRows, rowsOfPlanes } from '../protocol/shuffle-rows.ts';
import { type Memory, SIDES } from './memory.ts';

/**
 * Fills relation `to` of a stage with the rows of `from`, each in the place that its planes `destination` say. The rows are shuffled,
 * and then, when everything that made the destinations is verified, these are opened: a permutation whose order nobody
 * knows is uniform, so it tells nothing; nor do numbers in such an order, if it is public how often each occurs. At most one row
 * is where it belongs.
 *
 * @throws TACIT_INVARIANT if the destinations are not what the program must see to: a permutation, or as often as `counts` say
 */
export async function route(
  lane: Lane,
  stage: RouteStage,
  index: number,
  memory: Pick<Memory, 'relations'>,
): Promise<void> {
  const { party } = lane;
  const { arena } = party;
  const { destination, rows } = stage;
  const from = memory.relations[stage.from]?.planes ?? [];
  const to = memory.relations[stage.to]?.planes ?? [];
  if (rows <= 1) {
    from.forEach((plane, k) => {
      for (const side of SIDES) {
        arena.u8.copyWithin(to[k]?.[side] ?? 0, plane[side], plane[side] + planeBytes(rows));
      }
    });
    return;
  }
  const mark = arena.mark();
  const shuffled = await shuffleRows(lane, `${index}`, rowsOfPlanes(party, from, rows));
  const permit = await lane.barrier();
  planesOfRows(party, shuffled, to);
  const planes = destination.map((plane) => {
    const found = to[plane];
    invariant(found !== undefined, 'a plane of a routed relation');
    return found;
  });
  const places = await openBits(lane, STEP.route(index), permit, planes, rows);
  const order = rowsByPlace(places, destination.length, rows, stage.counts);
  planesOfRows(party, orderRows(party, shuffled, order), to);
  arena.release(mark);
}

/** For each place the row that goes there. `places`: planes of the rows' destinations, lowest bit first. */
function rowsByPlace(
  places: Uint8Array,
  planes: number,
  rows: number,
  counts: readonly number[] | undefined,
): Uint32Array {
  const bytes = resultPlaneBytes(rows);
  const order = new Uint32Array(rows);
  const { next, end } = placesOf(rows, counts);
  for (let row = 0; row < rows; row++) {
    let place = 0;
    for (let plane = planes - 1; plane >= 0; plane--) {
      const byte = places[plane * bytes + (row >> 3)] ?? 0;
      place = 2 * place + ((byte >> (row & 7)) & 1);
    }
    const free = next[place] ?? rows;
    invariant(free < (end[place] ?? 0), 'destinations of rows occur as often as they must');
    next[place] = free + 1;
    order[free] = row;
  }
  return order;
}

/** By destination, the places that its rows take: from `next` to before `end`. */
function placesOf(rows: number, counts: readonly number[] | undefined) {
  if (counts === undefined) {
    const next = Uint32Array.from({ length: rows }, (_, place) => place);
    return { next, end: next.map((place) => place + 1) };
  }
  let start = 0;
  const next = Uint32Array.from(counts, (count) => {
    start += count;
    return start - count;
  });
  return { next, end: next.map((place, k) => place + (counts[k] ?? 0)) };
}
