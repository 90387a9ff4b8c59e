import { schedule } from '../circuits/schedule.ts';
import { planeBytes } from '../field/planes.ts';
import { SortLevels } from '../program/sort-levels.ts';
import {
  comparisonCircuit,
  levelPrice,
  SORT_LANES,
  type SortPiece,
  sortPieces,
} from '../program/sort-shape.ts';
import { STEP } from '../program/steps.ts';
import { loadCircuit, planeFile, planeFileBytes, runCircuit } from '../protocol/gmw.ts';
import { openBits } from '../protocol/open-bits.ts';
import type { Lane } from '../protocol/party.ts';
import type { SharedRows } from '../protocol/shuffle-rows.ts';
import { SIDES } from './memory.ts';
import { INDEX_BYTES, loadPairs, pairScratchBytes } from './row-pairs.ts';
import { SortedKeys } from './sorted-keys.ts';
import { together } from './together.ts';

/** Planes that begin at multiples of this would share the sets of a cache. */
const PAGE = 4096;
const LINE = 64;

/** Rows to sort, already shuffled: the number in the lowest `width` bits of a row is compared; no two may be equal. */
export interface SortInput {
  readonly rows: SharedRows;
  readonly width: number;
  /** Index of the stage. */
  readonly stage: number;
}

export interface Sorted {
  /** Place in ascending order -> row. */
  readonly order: Uint32Array;
  /** Comparisons of each level. */
  readonly levels: readonly number[];
}

/**
 * Finds the ascending order of shuffled rows [HKICT12]: level by level, comparisons run as one circuit, everything is verified, and
 * only then is their outcome opened. As the order of the rows is random and unknown to everyone and no two keys are equal, the outcomes
 * are independent of the data.
 */
export async function quickSort(lane: Lane, input: SortInput): Promise<Sorted> {
  const { arena } = lane.party;
  const { stage, width } = input;
  const start = arena.mark();
  const keys = new SortedKeys(lane.party, input.rows, width);
  const sorting = new SortLevels(input.rows.rows, levelPrice(width), keys);
  const levels: number[] = [];
  for (let count = sorting.next(); count > 0; count = sorting.next()) {
    const mark = arena.mark();
    const [left, right] = [arena.alloc(count * INDEX_BYTES), arena.alloc(count * INDEX_BYTES)];
    keys.reserve(left, right);
    sorting.pairs();
    const level = { width, stage, rows: keys.rows, level: levels.length, count };
    const outcome = await compare(lane, { ...level, indices: [left, right] });
    const permit = await lane.barrier();
    const step = STEP.sortOpen(stage, levels.length);
    sorting.take(await openBits(lane, step, permit, [outcome], count));
    levels.push(count);
    arena.release(mark);
  }
  const { order } = keys;
  arena.release(start);
  return { order, levels };
}

interface Level extends SortInput {
  readonly level: number;
  readonly count: number;
  /** Addresses of the rows that are compared, left with right. */
  readonly indices: readonly [number, number];
}

/** Where a lane computes: planes of the circuit, a column of words. */
interface LaneMemory {
  readonly planes: number;
  readonly words: number;
}

/** One plane of shares: whether the left row of each comparison is less. */
async function compare(
  lane: Lane,
  level: Level,
): Promise<{ readonly left: number; readonly right: number }> {
  const { arena } = lane.party;
  const { count, width } = level;
  const circuit = loadCircuit(lane, schedule(comparisonCircuit(width, count)));
  const bytes = planeBytes(count);
  const outcome = { left: arena.alloc(bytes), right: arena.alloc(bytes) };
  const pieces = sortPieces(count);
  const most = pieces[0]?.rows ?? 0;
  const lanes = pieces.slice(0, SORT_LANES).map(() => ({
    planes: arena.alloc(planeFileBytes(circuit, strideOf(most))),
    words: arena.alloc(pairScratchBytes(most)),
  }));
  const run = async (side: Lane, memory: LaneMemory, number: number, piece: SortPiece) => {
    const file = planeFile(circuit, memory.planes, strideOf(piece.rows));
    loadPairs(side.party, level, circuit, file, memory.words, piece);
    const label = `${level.stage}.s${level.level}.${number}`;
    const stepOf = (layer: number) => STEP.sortAnd(level.stage, number, level.level, layer);
    await runCircuit(side, circuit, file, piece.rows, label, stepOf);
    const slot = circuit.schedule.outputSlots[0] ?? 0;
    for (const component of SIDES) {
      const from = file[component] + slot * file.stride;
      arena.u8.copyWithin(
        outcome[component] + piece.start / 8,
        from,
        from + planeBytes(piece.rows),
      );
    }
  };
  await together(
    lane,
    lanes.map((memory, k) => async (side: Lane) => {
      for (let c = k; c < pieces.length; c += lanes.length) {
        const piece = pieces[c];
        if (piece !== undefined) await run(side, memory, c, piece);
      }
    }),
  );
  return outcome;
}

function strideOf(rows: number): number {
  const bytes = planeBytes(rows);
  return bytes % PAGE === 0 ? bytes + LINE : bytes;
}
