import { schedule } from '../circuits/schedule.ts';
import { invariant } from '../errors/tacit-error.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { type Chunk, chunksOf, type RowStage } from '../program/program.ts';
import { keptStart } from '../program/relation-sizes.ts';
import { STEP } from '../program/steps.ts';
import { type LoadedCircuit, loadCircuit, runCircuit } from '../protocol/gmw.ts';
import type { Lane, Party } from '../protocol/party.ts';
import type { ShareReader } from '../storage/verified-shares.ts';
import { CircuitFile, circuitFileBytes } from './circuit-file.ts';
import { runFieldStep, type StepTools, stepScratchBytes, stepTools } from './field-steps.ts';
import {
  type Accumulator,
  accumulator,
  finishFold,
  foldScratchBytes,
  type LoadedFold,
  loadFolds,
  takeChunk,
} from './fold.ts';
import { loadLimb, loadPlanes, loadRelation } from './load.ts';
import { type Memory, planesAt, SIDES } from './memory.ts';
import { copyRows } from './plane-moves.ts';
import { finishSums, type Sums, startSums, sumChunk, sumScratchBytes } from './reductions.ts';
import { together } from './together.ts';

/** Everything of a stage that its chunks share. */
interface StageContext {
  readonly party: Party;
  readonly shares: ShareReader;
  readonly stage: RowStage;
  readonly index: number;
  readonly memory: Memory;
  readonly circuit: LoadedCircuit;
  readonly tools: StepTools;
  readonly folds: readonly LoadedFold[];
  readonly sums: Sums;
}

/** Memory of one lane, reused by its chunks one after another. */
interface LaneMemory {
  readonly planes: number;
  readonly registers: number;
  readonly registerBytes: number;
  readonly scratch: number;
  /** Per fold: what the lane has so far, and scratch memory. */
  readonly folds: readonly { readonly into: Accumulator; readonly scratch: number }[];
}

/**
 * Runs a stage: its chunks travel in `lanes` lanes side by side, so that one computes while the other waits. Sums go to the
 * program's scalars, folds and a kept relation to their places in `memory`.
 */
export async function runRowStage(
  lane: Lane,
  shares: ShareReader,
  stage: RowStage,
  index: number,
  memory: Memory,
): Promise<void> {
  const { party } = lane;
  const { arena } = party;
  const mark = arena.mark();
  const chunks = chunksOf(stage);
  const context = prepare(lane, shares, stage, index, memory);
  const count = Math.max(1, Math.min(stage.lanes, chunks.length));
  const sizes = [...new Set(chunks.map((chunk) => chunk.rows))];
  const rows = Math.max(0, ...sizes);
  const accumulators = Array.from({ length: chunks.length === 0 ? 0 : count }, () =>
    context.folds.map((fold) => accumulator(arena, fold, rows)),
  );
  const passing = arena.mark();
  const lanes = Array.from({ length: count }, (_, k) =>
    laneMemory(context, lane, sizes, accumulators[k] ?? [], chunks.length > count),
  );
  // Lanes that convert open what also depends on the stages before this one.
  if (stage.steps.some((step) => step.kind === 'bitsToField')) await lane.barrier();
  await together(
    lane,
    lanes.map((own, k) => async (side: Lane) => {
      for (let c = k; c < chunks.length; c += count) {
        const chunk = chunks[c];
        if (chunk !== undefined) await runChunk(context, side, own, chunk);
      }
    }),
  );
  arena.release(passing);
  finishSums(party, context.sums, memory.scalars);
  await together(
    lane,
    context.folds.map((using, k) => async (side: Lane) => {
      const own = accumulators.flatMap((folds) => folds[k] ?? []);
      const results = using.fold.items.map(({ to }) => memory.folds[to] ?? []);
      await finishFold(side, using, own, rows, results);
    }),
  );
  arena.release(mark);
}

function prepare(
  lane: Lane,
  shares: ShareReader,
  stage: RowStage,
  index: number,
  memory: Memory,
): StageContext {
  const { party } = lane;
  const tools = stepTools(lane, stage);
  return {
    ...{ party, shares, stage, index, memory },
    circuit: loadCircuit(lane, schedule(stage.circuit)),
    tools,
    folds: loadFolds(lane, stage.folds, index),
    sums: startSums(party, stage.reductions, tools.roles),
  };
}

/** Memory for chunks of any of the given sizes; `several`: a lane may have more than one. */
function laneMemory(
  { party, stage, circuit, tools, folds }: StageContext,
  lane: Lane,
  sizes: readonly number[],
  accumulators: readonly Accumulator[],
  several: boolean,
): LaneMemory {
  const { arena } = party;
  const rows = Math.max(0, ...sizes);
  // Every size counts: fewer rows may need more scratch memory, because an injection's groups are whole words.
  const needs = sizes.flatMap((size) =>
    stage.steps.map((step) => stepScratchBytes(lane, tools, step, size)),
  );
  // Whole 128-row lanes, because transposes and injections write whole words.
  const registerBytes = Math.ceil(rows / 128) * 128 * ELEMENT_BYTES;
  return {
    planes: arena.alloc(circuitFileBytes(circuit, rows)),
    registers: arena.alloc(stage.registers * registerBytes),
    registerBytes,
    scratch: arena.alloc(Math.max(sumScratchBytes(party, stage.reductions), ...needs)),
    folds: accumulators.flatMap((into, k) => {
      const using = folds[k];
      if (using === undefined) return [];
      return [{ into, scratch: several ? arena.alloc(foldScratchBytes(using, rows)) : 0 }];
    }),
  };
}

async function runChunk(
  context: StageContext,
  lane: Lane,
  own: LaneMemory,
  chunk: Chunk,
): Promise<void> {
  const { stage, index, circuit, tools } = context;
  const file = new CircuitFile(circuit, own.planes, chunk.rows);
  loadInputs(context, chunk, file);
  await runCircuit(lane, circuit, file.file, chunk.rows, `${index}.${chunk.index}`, (layer) =>
    STEP.and(index, chunk.index, layer),
  );
  const register = (k: number) => own.registers + k * own.registerBytes;
  loadRegisters(context, chunk, register);
  const bit = (output: number) => file.output(output);
  const { scratch } = own;
  const place = { rows: chunk.rows, stage: index, chunk: chunk.index, bit, register, scratch };
  for (const [number, step] of stage.steps.entries()) {
    await runFieldStep(lane, tools, place, number, step);
  }
  await sumChunk(lane, context.sums, index, chunk, register, scratch);
  keepRelation(context, chunk, file);
  await together(
    lane,
    context.folds.map((using, k) => async (side: Lane) => {
      const fold = own.folds[k];
      invariant(fold !== undefined, 'memory of a fold');
      await takeChunk(side, using, fold.into, bit, chunk, fold.scratch);
    }),
  );
}

function loadInputs(
  { party, shares, stage, circuit, memory }: StageContext,
  chunk: Chunk,
  { file }: CircuitFile,
) {
  const { source } = stage;
  const { inputSlots } = circuit.schedule;
  for (const load of stage.bits) {
    if (source.kind === 'stored') {
      loadPlanes(shares, party.arena, source.relation, chunk, load, inputSlots, file);
    } else {
      const relation = memory.relations[source.relation];
      invariant(relation !== undefined, 'a relation that is read');
      loadRelation(party.arena, relation, chunk, load, inputSlots, file);
    }
  }
}

function loadRegisters(
  { party, shares, stage: { source, fields } }: StageContext,
  chunk: Chunk,
  register: (k: number) => number,
): void {
  invariant(source.kind === 'stored' || fields.length === 0, 'stored elements of a relation');
  if (source.kind !== 'stored') return;
  for (const load of fields) {
    loadLimb(shares, party.arena, source.relation, chunk, load, register(load.register));
  }
}

/** Copies the circuit's outputs that become rows of a relation; between parts of a stored table all bits are 0. */
function keepRelation(
  { party, stage: { keep, source }, memory }: StageContext,
  chunk: Chunk,
  file: CircuitFile,
): void {
  if (keep === undefined) return;
  const targets = planesAt(memory, keep.relation);
  const start = keptStart(source, chunk) / 8;
  keep.outputs.forEach((output, k) => {
    const [from, to] = [file.output(output), targets[k]];
    invariant(to !== undefined, 'a plane of a kept relation');
    for (const side of SIDES) copyRows(party.arena.u8, from[side], to[side] + start, chunk.rows);
  });
}
