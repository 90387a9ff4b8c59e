import { schedule } from '../circuits/schedule.ts';
import type { Arena } from '../field/arena.ts';
import { planeBytes } from '../field/planes.ts';
import type { ScanStage } from '../program/program.ts';
import {
  betweenOf,
  pairsOf,
  SCAN_LANES,
  type ScanPiece,
  scanPieces,
  scanRuns,
  scanShape,
} from '../program/scan-shape.ts';
import { STEP } from '../program/steps.ts';
import { type LoadedCircuit, loadCircuit, runCircuit } from '../protocol/gmw.ts';
import type { Lane } from '../protocol/party.ts';
import { CircuitFile, circuitFileBytes } from './circuit-file.ts';
import { allocPlanes, type Memory, planesAt, type SharedPlane, SIDES } from './memory.ts';
import { copyRows, copyShifted, interleave, reverseRows, takeEverySecond } from './plane-moves.ts';
import { together } from './together.ts';

/**
 * Fills relation `to` of a stage: the planes of `from`, then the combination of every row's word with all before it in the direction of
 * the scan, by halving and doubling (scan-shape.ts) [BK82, KS73]. Words move locally between the levels; nothing is opened.
 */
export async function scan(
  lane: Lane,
  stage: ScanStage,
  index: number,
  memory: Pick<Memory, 'relations'>,
): Promise<void> {
  const { arena } = lane.party;
  const { rows, planes, direction } = stage;
  const { u8 } = arena;
  const from = planesAt(memory, stage.from);
  const to = planesAt(memory, stage.to);
  from.forEach((plane, k) => {
    for (const side of SIDES) copyRows(u8, plane[side], to[k]?.[side] ?? 0, rows);
  });
  const mark = arena.mark();
  const results = to.slice(from.length);
  const words = planes.map((plane) => from[plane] ?? { left: 0, right: 0 });
  const scanner = new Scanner(lane, stage, index);
  if (direction === 'down') {
    await scanner.scan(words, results);
  } else {
    const turned = allocPlanes(arena, planes.length, planeBytes(rows));
    eachPlane(words, turned, (source, target) => reverseRows(arena.u8, source, target, rows));
    await scanner.scan(turned, turned);
    eachPlane(turned, results, (source, target) => reverseRows(arena.u8, source, target, rows));
  }
  arena.release(mark);
}

type Planes = readonly SharedPlane[];

/** Calls `move` with the addresses of each component of the planes and their counterparts. */
function eachPlane(from: Planes, to: Planes, move: (source: number, target: number) => void): void {
  from.forEach((plane, k) => {
    const target = to[k] ?? plane;
    for (const side of SIDES) move(plane[side], target[side]);
  });
}

/** Writes an operand of a piece: a plane of words to an input of the circuit. */
type Load = (u8: Uint8Array, plane: number, piece: ScanPiece, address: number) => void;

/** What goes into a run of the circuit, and where its results go. */
interface Run {
  readonly first: Planes;
  readonly loadFirst: Load;
  readonly second: Planes;
  readonly loadSecond: Load;
  readonly results: Planes;
}

/** Runs the combining circuit of one scan. */
class Scanner {
  readonly #lane: Lane;
  readonly #arena: Arena;
  readonly #stage: number;
  readonly #circuit: LoadedCircuit;
  readonly #shape: ReturnType<typeof scanShape>;
  /** Memory of each lane for the planes of the circuit. */
  readonly #files: readonly number[];
  #runs = 0;

  constructor(lane: Lane, { rows, combine }: ScanStage, stage: number) {
    this.#lane = lane;
    this.#arena = lane.party.arena;
    this.#stage = stage;
    this.#shape = scanShape(rows, combine);
    const circuit = loadCircuit(lane, schedule(combine));
    this.#circuit = circuit;
    const pieces = scanRuns(this.#shape).map(scanPieces);
    this.#files = Array.from({ length: SCAN_LANES }, (_, k) => {
      const most = pieces.flatMap((list) => list.filter((_, piece) => piece % SCAN_LANES === k));
      const bytes = most.map(({ rows: count }) => circuitFileBytes(circuit, count));
      return this.#arena.alloc(Math.max(0, ...bytes));
    });
  }

  /** The scan of all words, from the first to the last; `into` may be `words`. */
  async scan(words: Planes, into: Planes): Promise<void> {
    const { halved, rows, distances } = this.#shape;
    const levels: Planes[] = [words];
    for (const count of halved) {
      const left = pairsOf(count);
      const half = allocPlanes(this.#arena, words.length, planeBytes(left));
      await this.#halve(levels.at(-1) ?? words, half, left);
      levels.push(half);
    }
    // Words of a level are not needed any more when its results are there.
    const resultsOf = (level: number) => (level === 0 ? into : (levels[level] ?? into));
    const middle = resultsOf(halved.length);
    eachPlane(levels[halved.length] ?? words, middle, (source, target) => {
      copyRows(this.#arena.u8, source, target, rows);
    });
    for (const distance of distances) await this.#double(middle, distance, rows);
    for (const [level, count] of [...halved.entries()].reverse()) {
      const own = levels[level] ?? words;
      await this.#undo(own, resultsOf(level + 1), resultsOf(level), count);
    }
  }

  /** Rows 0 and 1, 2 and 3, ... of the words. */
  async #halve(words: Planes, results: Planes, rows: number): Promise<void> {
    const second =
      (first: 0 | 1): Load =>
      (u8, plane, piece, address) =>
        takeEverySecond(u8, plane + piece.start / 4, first, address, piece.rows);
    const loads = { loadFirst: second(0), loadSecond: second(1) };
    await this.#run({ first: words, second: words, ...loads, results }, rows);
  }

  /** Every row with the one at a distance before it, in place; the first rows have none and stay as they are. */
  async #double(words: Planes, distance: number, rows: number): Promise<void> {
    const mark = this.#arena.mark();
    const results = allocPlanes(this.#arena, words.length, planeBytes(rows));
    const loadFirst: Load = (u8, plane, piece, address) =>
      copyShifted(u8, plane, rows, piece.start - distance, address, piece.rows);
    const loadSecond: Load = (u8, plane, piece, address) =>
      copyRows(u8, plane + piece.start / 8, address, piece.rows);
    await this.#run({ first: words, loadFirst, second: words, loadSecond, results }, rows);
    const { u8 } = this.#arena;
    const [kept, mask] = [Math.floor(distance / 8), (1 << (distance % 8)) - 1];
    eachPlane(results, words, (source, target) => {
      const first = ((u8[target + kept] ?? 0) & mask) | ((u8[source + kept] ?? 0) & ~mask);
      u8.copyWithin(target + kept, source + kept, source + planeBytes(rows));
      u8[target + kept] = first;
    });
    this.#arena.release(mark);
  }

  /** From the results of the halved rows to those of all `rows` rows: rows 2, 4, ... are combined with the result before them. */
  async #undo(words: Planes, halved: Planes, into: Planes, rows: number): Promise<void> {
    const mark = this.#arena.mark();
    const between = betweenOf(rows);
    const results = allocPlanes(this.#arena, words.length, planeBytes(between));
    const loadFirst: Load = (u8, plane, piece, address) =>
      copyRows(u8, plane + piece.start / 8, address, piece.rows);
    const loadSecond: Load = (u8, plane, piece, address) =>
      takeEverySecond(u8, plane + piece.start / 4, 2, address, piece.rows);
    await this.#run({ first: halved, loadFirst, second: words, loadSecond, results }, between);
    const { u8 } = this.#arena;
    words.forEach((word, k) => {
      for (const side of SIDES) {
        const [odd, even] = [halved[k]?.[side] ?? 0, results[k]?.[side] ?? 0];
        interleave(u8, word[side], odd, even, into[k]?.[side] ?? 0, rows);
      }
    });
    this.#arena.release(mark);
  }

  /** Combines `rows` pairs of words, piece by piece. */
  async #run(run: Run, rows: number): Promise<void> {
    const number = this.#runs++;
    const pieces = scanPieces(rows);
    const work = async (lane: Lane, k: number) => {
      for (let piece = k; piece < pieces.length; piece += SCAN_LANES) {
        const place = pieces[piece];
        if (place !== undefined) await this.#runPiece(lane, run, number, piece, place);
      }
    };
    if (pieces.length <= 1) return work(this.#lane, 0);
    const lanes = pieces.slice(0, SCAN_LANES);
    await together(
      this.#lane,
      lanes.map((_, k) => (side: Lane) => work(side, k)),
    );
  }

  async #runPiece(
    lane: Lane,
    { first, loadFirst, second, loadSecond, results }: Run,
    number: number,
    piece: number,
    place: ScanPiece,
  ): Promise<void> {
    const { u8 } = this.#arena;
    const bytes = planeBytes(place.rows);
    const circuit = this.#circuit;
    const file = new CircuitFile(circuit, this.#files[piece % SCAN_LANES] ?? 0, place.rows);
    const width = first.length;
    for (let bit = 0; bit < width; bit++) {
      const [left, right] = [first[bit], second[bit]];
      file.input(this.#arena, bit, bytes, (side, address) => {
        loadFirst(u8, left?.[side] ?? 0, place, address);
      });
      file.input(this.#arena, width + bit, bytes, (side, address) => {
        loadSecond(u8, right?.[side] ?? 0, place, address);
      });
    }
    const label = `${this.#stage}.${piece}.r${number}`;
    await runCircuit(lane, circuit, file.file, place.rows, label, (layer) =>
      STEP.scan(this.#stage, piece, number, layer),
    );
    for (let bit = 0; bit < width; bit++) {
      const [output, target] = [file.output(bit), results[bit]];
      for (const side of SIDES) {
        const to = (target?.[side] ?? 0) + place.start / 8;
        this.#arena.u8.copyWithin(to, output[side], output[side] + bytes);
      }
    }
  }
}
