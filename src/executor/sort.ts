import { invariant } from '../errors/tacit-error.ts';
import { planeBytes } from '../field/planes.ts';
import type { SortStage } from '../program/program.ts';
import { comparedBits, keyPlanes, tieBits } from '../program/sort-shape.ts';
import type { Lane, Party } from '../protocol/party.ts';
import { shuffleRows } from '../protocol/shuffle.ts';
import {
  orderRows,
  planesOfRows,
  rowsOfPlanes,
  type SharedRows,
} from '../protocol/shuffle-rows.ts';
import { allocPlanes, type Memory, publicByte, type SharedPlane, SIDES } from './memory.ts';
import { networkSort } from './network-sort.ts';
import { quickSort } from './quick-sort.ts';

/**
 * Fills relation `to` of a stage with the rows of `from` in ascending order of their keys; ties keep their order. Rows are shuffled once,
 * all of their planes together; what is opened are the outcomes of comparisons of distinct keys, as every key is followed by
 * the number that its row had before the shuffle. A network opens nothing.
 */
export async function sortStage(
  lane: Lane,
  stage: SortStage,
  index: number,
  memory: Memory,
): Promise<void> {
  const { party } = lane;
  const { arena } = party;
  const from = memory.relations[stage.from]?.planes ?? [];
  const to = memory.relations[stage.to]?.planes ?? [];
  if (stage.rows <= 1) {
    if (stage.method === 'quick') memory.sorts.push([]);
    copyPlanes(party, from, to, stage.rows);
    return;
  }
  const mark = arena.mark();
  const key = keyPlanes(stage.key);
  const inKey = new Set(key);
  const others = from.flatMap((_, plane) => (inKey.has(plane) ? [] : [plane]));
  const compared = comparedBits(stage);
  const packed = [
    ...numberPlanes(party, stage.rows),
    ...[...key, ...others].map((plane) => planeAt(from, plane)),
  ];
  const rows = rowsOfPlanes(party, packed, stage.rows);
  const sorted =
    stage.method === 'network'
      ? await inNetwork(lane, rows, { planes: packed.length, width: compared }, index)
      : await shuffledAndSorted(lane, rows, compared, index, memory);
  // Where the bits of the sorted rows go; the row's number goes nowhere.
  const unused = allocPlanes(arena, 1, planeBytes(stage.rows))[0];
  const targets = packed.map(() => unused as SharedPlane);
  const ties = tieBits(stage.rows);
  [...key, ...others].forEach((plane, k) => {
    targets[ties + k] = planeAt(to, plane);
  });
  planesOfRows(party, sorted, targets);
  arena.release(mark);
}

async function inNetwork(
  lane: Lane,
  rows: SharedRows,
  bits: { readonly planes: number; readonly width: number },
  index: number,
): Promise<SharedRows> {
  await networkSort(lane, rows, bits, index);
  return rows;
}

async function shuffledAndSorted(
  lane: Lane,
  rows: SharedRows,
  width: number,
  index: number,
  memory: Memory,
): Promise<SharedRows> {
  const shuffled = await shuffleRows(lane, `${index}`, rows);
  const { levels, order } = await quickSort(lane, { rows: shuffled, width, stage: index });
  memory.sorts.push(levels);
  return orderRows(lane.party, shuffled, order);
}

function copyPlanes(
  { arena }: Party,
  from: readonly SharedPlane[],
  to: readonly SharedPlane[],
  rows: number,
): void {
  to.forEach((target, k) => {
    const source = planeAt(from, k);
    for (const side of SIDES) {
      arena.u8.copyWithin(target[side], source[side], source[side] + planeBytes(rows));
    }
  });
}

function planeAt(planes: readonly SharedPlane[], plane: number): SharedPlane {
  const found = planes[plane];
  invariant(found !== undefined, 'a plane of a sorted relation');
  return found;
}

/** The lowest bits of the numbers of eight rows. */
const ROW_BITS = [0xaa, 0xcc, 0xf0];

/** Public planes with the number of every row, lowest bit first. */
function numberPlanes(party: Party, rows: number): SharedPlane[] {
  const bytes = planeBytes(rows);
  const planes = allocPlanes(party.arena, tieBits(rows), bytes);
  const { u8 } = party.arena;
  planes.forEach((plane, bit) => {
    for (const side of SIDES) {
      if (bit < ROW_BITS.length) {
        u8.fill(publicByte(party, side, ROW_BITS[bit] ?? 0), plane[side], plane[side] + bytes);
        continue;
      }
      // Bytes of zeros and bytes of ones take turns.
      const run = 2 ** (bit - ROW_BITS.length);
      const end = plane[side] + bytes;
      for (let at = plane[side] + run; at < end; at += 2 * run) {
        u8.fill(publicByte(party, side, 0xff), at, Math.min(end, at + run));
      }
    }
  });
  return planes;
}
