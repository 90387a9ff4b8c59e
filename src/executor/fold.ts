import { schedule } from '../circuits/schedule.ts';
import type { Arena } from '../field/arena.ts';
import type { Fold } from '../program/program.ts';
import { type FoldLevel, foldLevels } from '../program/shapes.ts';
import { STEP } from '../program/steps.ts';
import { type LoadedCircuit, loadCircuit, runCircuit } from '../protocol/gmw.ts';
import type { Lane, Party } from '../protocol/party.ts';
import { CircuitFile, circuitFileBytes } from './circuit-file.ts';
import { allocPlanes, publicByte, type SharedPlane, SIDES, type Side } from './memory.ts';

/** A fold of a stage, its circuit ready to run. */
export interface LoadedFold {
  readonly fold: Fold;
  readonly stage: number;
  readonly number: number;
  readonly circuit: LoadedCircuit;
}

/** Loads the folds of a stage. */
export function loadFolds(lane: Lane, folds: readonly Fold[], stage: number): LoadedFold[] {
  return folds.map((fold, number) => ({
    ...{ fold, stage, number },
    circuit: loadCircuit(lane, schedule(fold.combine)),
  }));
}

/** Words of a fold's items side by side: byte b of item i is byte i * bytes + b of each plane (one per bit of the word). */
interface Words {
  readonly bytes: number;
  readonly planes: readonly SharedPlane[];
}

/** What a lane has of a fold so far: one word for every row of a chunk, the combination of that row of all chunks. */
export interface Accumulator extends Words {
  started: boolean;
}

/** Memory for a lane's accumulator; chunks have at most `rows` rows. */
export function accumulator(arena: Arena, { fold }: LoadedFold, rows: number): Accumulator {
  const bytes = Math.ceil(rows / 8);
  const planes = allocPlanes(arena, fold.width, fold.items.length * bytes);
  return { bytes, planes, started: false };
}

/** Bytes of working memory for {@link takeChunk}. */
export function foldScratchBytes({ fold, circuit }: LoadedFold, rows: number): number {
  return circuitFileBytes(circuit, 8 * Math.ceil(rows / 8) * fold.items.length);
}

/**
 * Combines the words of a chunk's `rows` rows with those of the accumulator, row by row: as many rounds as the circuit has
 * layers, none for the first chunk. `output` finds a plane of the chunk's circuit.
 */
export async function takeChunk(
  lane: Lane,
  using: LoadedFold,
  into: Accumulator,
  output: (number: number) => SharedPlane,
  chunk: { readonly index: number; readonly rows: number },
  scratch: number,
): Promise<void> {
  const { party } = lane;
  const { arena } = party;
  const { fold, circuit, stage, number } = using;
  const { items, width } = fold;
  const count = items.length;
  const bytes = Math.ceil(chunk.rows / 8);
  if (!into.started) {
    into.started = true;
    into.planes.forEach((plane, bit) => {
      for (const side of SIDES) {
        writeChunk(party, fold, bit, side, output, chunk.rows, plane[side], into.bytes);
      }
    });
    return;
  }
  const file = new CircuitFile(circuit, scratch, 8 * bytes * count);
  into.planes.forEach((plane, bit) => {
    file.input(arena, bit, bytes * count, (side, address) => {
      moveItems(arena, count, bytes, plane[side], into.bytes, address, bytes);
    });
    file.input(arena, width + bit, bytes * count, (side, address) => {
      writeChunk(party, fold, bit, side, output, chunk.rows, address, bytes);
    });
  });
  const label = `${stage}.${chunk.index}.f${number}`;
  await runCircuit(lane, circuit, file.file, file.rows, label, (layer) =>
    STEP.foldChunk(stage, chunk.index, number, layer),
  );
  into.planes.forEach((plane, bit) => {
    const combined = file.output(bit);
    for (const side of SIDES) {
      moveItems(arena, count, bytes, combined[side], bytes, plane[side], into.bytes);
    }
  });
}

/** Copies `bytes` bytes of each item between planes whose items take `fromBytes` and `toBytes` bytes. */
function moveItems(
  arena: Arena,
  items: number,
  bytes: number,
  from: number,
  fromBytes: number,
  to: number,
  toBytes: number,
): void {
  const whole = bytes === fromBytes && bytes === toBytes;
  const [pieces, length] = whole ? [1, items * bytes] : [items, bytes];
  for (let k = 0; k < pieces; k++) {
    const at = from + k * fromBytes;
    arena.u8.copyWithin(to + k * toBytes, at, at + length);
  }
}

/** One bit of all items' words of a chunk, each `bytes` bytes; what is beyond the rows becomes the identity. */
function writeChunk(
  party: Party,
  { items, identity }: Fold,
  bit: number,
  side: Side,
  output: (number: number) => SharedPlane,
  rows: number,
  to: number,
  bytes: number,
): void {
  const { u8 } = party.arena;
  const filler = identityByte(party, side, identity, bit);
  const whole = Math.floor(rows / 8);
  const mask = (1 << (rows % 8)) - 1;
  items.forEach(({ outputs }, item) => {
    const from = output(outputs[bit] ?? 0)[side];
    const target = to + item * bytes;
    u8.copyWithin(target, from, from + whole);
    u8.fill(filler, target + whole, target + bytes);
    if (mask !== 0) u8[target + whole] = ((u8[from + whole] ?? 0) & mask) | (filler & ~mask);
  });
}

function identityByte(party: Party, side: Side, identity: bigint, bit: number): number {
  return publicByte(party, side, (identity >> BigInt(bit)) & 1n ? 0xff : 0);
}

/**
 * Combines everything that the lanes accumulated over chunks of at most `rows` rows to one word per item, by halvings, and writes
 * the words' bits to `results` (by item). Without any chunk the words are the identity.
 */
export async function finishFold(
  lane: Lane,
  using: LoadedFold,
  lanes: readonly Accumulator[],
  rows: number,
  results: readonly (readonly SharedPlane[])[],
): Promise<void> {
  const { party } = lane;
  const { arena } = party;
  const { fold, circuit, stage, number } = using;
  const count = fold.items.length;
  const levels = foldLevels(lanes.length * (lanes[0]?.bytes ?? 0), rows);
  const files = levels.slice(0, 2).map(({ bytes }) => {
    return arena.alloc(circuitFileBytes(circuit, 8 * bytes * count));
  });
  // Every item's words are the lanes' one after another.
  let words: readonly Words[] = lanes;
  for (const [k, level] of levels.entries()) {
    // Inputs are read from one file while the other's are written: two take turns.
    const file = new CircuitFile(circuit, files[k % 2] ?? 0, 8 * level.bytes * count);
    writeHalves(party, fold, words, level, file);
    const label = `${stage}.f${number}.${k}`;
    await runCircuit(lane, circuit, file.file, file.rows, label, (layer) =>
      STEP.foldHalf(stage, number, k, layer),
    );
    words = [{ bytes: level.bytes, planes: file.outputs() }];
  }
  const [final] = words;
  const { u8 } = arena;
  results.forEach((bits, item) => {
    bits.forEach((target, bit) => {
      for (const side of SIDES) {
        const byte =
          final === undefined
            ? identityByte(party, side, fold.identity, bit)
            : (u8[(final.planes[bit]?.[side] ?? 0) + item * final.bytes] ?? 0);
        u8[target[side]] = byte & 1;
      }
    });
  });
}

/** Loads the lower and the upper half of every item's rows as the two words of the circuit. */
function writeHalves(
  party: Party,
  { items, width, identity }: Fold,
  words: readonly Words[],
  { bytes, shift }: FoldLevel,
  file: CircuitFile,
): void {
  const { arena } = party;
  const count = items.length;
  const piece = words[0]?.bytes ?? 0;
  const total = words.length * piece;
  for (let bit = 0; bit < width; bit++) {
    // Bytes [start, start + bytes) of every item, as far as there are any.
    const load = (side: Side, start: number, to: number) => {
      words.forEach(({ planes }, k) => {
        const from = Math.max(start, k * piece);
        const end = Math.min(start + bytes, (k + 1) * piece);
        if (from >= end) return;
        const plane = (planes[bit]?.[side] ?? 0) + from - k * piece;
        moveItems(arena, count, end - from, plane, piece, to + from - start, bytes);
      });
    };
    file.input(arena, bit, count * bytes, (side, to) => load(side, 0, to));
    file.input(arena, width + bit, count * bytes, (side, to) => {
      load(side, shift > 0 ? 0 : bytes, to);
      const { u8 } = arena;
      if (shift > 0) {
        for (let k = to; k < to + count; k++) u8[k] = (u8[k] ?? 0) >> shift;
        return;
      }
      const filler = identityByte(party, side, identity, bit);
      const present = total - bytes;
      if (present === bytes) return;
      for (let k = 0; k < count; k++)
        u8.fill(filler, to + k * bytes + present, to + (k + 1) * bytes);
    });
  }
}
