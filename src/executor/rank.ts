import { schedule } from '../circuits/schedule.ts';
import { invariant } from '../errors/tacit-error.ts';
import { planeBytes } from '../field/planes.ts';
import { countCircuit } from '../program/conversion.ts';
import type { RankStage } from '../program/program.ts';
import { rankLayout } from '../program/shapes.ts';
import { STEP } from '../program/steps.ts';
import { loadCircuit, runCircuit } from '../protocol/gmw.ts';
import type { Lane } from '../protocol/party.ts';
import { getBit } from './bit-moves.ts';
import { CircuitFile, circuitFileBytes } from './circuit-file.ts';
import { allocPlanes, type Memory, type SharedPlane, SIDES } from './memory.ts';

/** Most comparisons of a rank; the planner refuses more. */
const COMPARISONS_MAX = 2 ** 22;

/**
 * Fills relation `to` of a stage: the planes of `from`, and each row's rank. Every row j is compared with all rows i at
 * once, in pieces of whole bytes; the pieces of all j are then the inputs of one circuit that counts, for every i, the j that
 * precede it. Nothing is opened.
 */
export async function rank(
  lane: Lane,
  stage: RankStage,
  index: number,
  memory: Memory,
): Promise<void> {
  const { arena } = lane.party;
  const { rows } = stage;
  invariant(rows > 0 && rows * rows <= COMPARISONS_MAX, `a rank of ${rows} rows`);
  const from = memory.relations[stage.from]?.planes ?? [];
  const to = memory.relations[stage.to]?.planes ?? [];
  const mark = arena.mark();
  const precedes = await compareAll(lane, stage, index, from);
  const ranks = await countOnes(lane, index, precedes, rows);
  [...from, ...ranks].forEach((source, k) => {
    const target = to[k];
    invariant(target !== undefined, 'a plane of a ranked relation');
    for (const side of SIDES) {
      arena.u8.copyWithin(target[side], source[side], source[side] + planeBytes(rows));
    }
  });
  arena.release(mark);
}

/** For each row j, a piece with one bit per row i: whether j precedes i. */
async function compareAll(
  lane: Lane,
  stage: RankStage,
  index: number,
  planes: readonly SharedPlane[],
): Promise<SharedPlane[]> {
  const { arena } = lane.party;
  const { pieceBytes, ranges } = rankLayout(stage.rows);
  const pieces = allocPlanes(arena, stage.rows, pieceBytes);
  const keys = stage.planes.map((plane) => planes[plane] ?? { left: 0, right: 0 });
  const circuit = loadCircuit(lane, schedule(stage.precedes));
  const positions = (range: { readonly rows: number }) => 8 * pieceBytes * range.rows;
  const scratch = arena.alloc(
    Math.max(...ranges.map((r) => circuitFileBytes(circuit, positions(r)))),
  );
  for (const [number, range] of ranges.entries()) {
    const bytes = pieceBytes * range.rows;
    const file = new CircuitFile(circuit, scratch, 8 * bytes);
    const { u8 } = arena;
    keys.forEach((key, k) => {
      file.input(arena, k, bytes, (side, address) => {
        for (let j = 0; j < range.rows; j++) {
          u8.copyWithin(address + j * pieceBytes, key[side], key[side] + pieceBytes);
        }
      });
      file.input(arena, keys.length + k, bytes, (side, address) => {
        for (let j = 0; j < range.rows; j++) {
          const bit = getBit(u8, 8 * key[side] + range.start + j);
          u8.fill(-bit & 0xff, address + j * pieceBytes, address + (j + 1) * pieceBytes);
        }
      });
    });
    await runCircuit(lane, circuit, file.file, file.rows, `${index}.${number}.p`, (layer) =>
      STEP.precedes(index, number, layer),
    );
    const outcome = file.output(0);
    const target = pieces[range.start] ?? outcome;
    // The pieces of a range lie one after another.
    for (const side of SIDES)
      arena.u8.copyWithin(target[side], outcome[side], outcome[side] + bytes);
  }
  return pieces;
}

/** Planes of the number of pieces that have a one, for every row. */
async function countOnes(
  lane: Lane,
  index: number,
  pieces: readonly SharedPlane[],
  rows: number,
): Promise<SharedPlane[]> {
  const { arena } = lane.party;
  const circuit = loadCircuit(lane, schedule(countCircuit(rows)));
  const file = new CircuitFile(circuit, arena.alloc(circuitFileBytes(circuit, rows)), rows);
  const bytes = Math.ceil(rows / 8);
  pieces.forEach((piece, j) => {
    file.input(arena, j, bytes, (side, address) => {
      arena.u8.copyWithin(address, piece[side], piece[side] + bytes);
    });
  });
  await runCircuit(lane, circuit, file.file, rows, `${index}.c`, (layer) =>
    STEP.count(index, layer),
  );
  return file.outputs();
}
