import { schedule } from '../circuits/schedule.ts';
import { invariant } from '../errors/tacit-error.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { type Chunk, chunksOf, type RowStage } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import { reshare, reshareScratchBytes } from '../protocol/bgw.ts';
import { putElements } from '../protocol/elements.ts';
import { type LoadedCircuit, loadCircuit, runCircuit } from '../protocol/gmw.ts';
import type { Lane, Party } from '../protocol/party.ts';
import type { ShareStore } from '../storage/share-store.ts';
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
import { type Memory, SIDES } from './memory.ts';
import { together } from './together.ts';

/** Everything of a stage that its chunks share. */
interface StageContext {
  readonly party: Party;
  readonly store: ShareStore;
  readonly stage: RowStage;
  readonly index: number;
  readonly memory: Memory;
  readonly circuit: LoadedCircuit;
  readonly tools: StepTools;
  readonly folds: readonly LoadedFold[];
  /** Address of one accumulator element per reduction. */
  readonly sums: number;
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
 * program's scalars, folds and a kept relation to their places in `memory`. Returns the rounds taken.
 */
export async function runRowStage(
  party: Party,
  store: ShareStore,
  stage: RowStage,
  index: number,
  memory: Memory,
): Promise<number> {
  const { arena } = party;
  const mark = arena.mark();
  const chunks = chunksOf(stage);
  const context = prepare(party, store, stage, index, memory);
  const count = Math.max(1, Math.min(stage.lanes, chunks.length));
  const sizes = [...new Set(chunks.map((chunk) => chunk.rows))];
  const rows = Math.max(0, ...sizes);
  const accumulators = Array.from({ length: chunks.length === 0 ? 0 : count }, () =>
    context.folds.map((fold) => accumulator(arena, fold, rows)),
  );
  const passing = arena.mark();
  const lanes = Array.from({ length: count }, (_, k) =>
    laneMemory(context, sizes, accumulators[k] ?? [], chunks.length > count),
  );
  const passRounds = await together(
    party,
    lanes.map((own, k) => async (lane: Lane) => {
      for (let c = k; c < chunks.length; c += count) {
        const chunk = chunks[c];
        if (chunk !== undefined) await runChunk(context, lane, own, chunk);
      }
    }),
  );
  arena.release(passing);
  const sumRounds = await together(party, [(lane) => finishReductions(context, lane)]);
  const foldRounds = await together(
    party,
    context.folds.map((using, k) => async (lane: Lane) => {
      const own = accumulators.flatMap((folds) => folds[k] ?? []);
      const results = using.fold.items.map(({ to }) => memory.folds[to] ?? []);
      await finishFold(lane, using, own, rows, results);
    }),
  );
  arena.release(mark);
  return passRounds + sumRounds + foldRounds;
}

function prepare(
  party: Party,
  store: ShareStore,
  stage: RowStage,
  index: number,
  memory: Memory,
): StageContext {
  const zeros = stage.reductions.map(() => 0n);
  return {
    ...{ party, store, stage, index, memory },
    circuit: loadCircuit(party.arena, schedule(stage.circuit)),
    tools: stepTools(party, stage),
    folds: loadFolds(party.arena, stage.folds, index),
    sums: putElements(party.arena, zeros),
  };
}

/** Memory for chunks of any of the given sizes; `several`: a lane may have more than one. */
function laneMemory(
  { party, stage, circuit, tools, folds }: StageContext,
  sizes: readonly number[],
  accumulators: readonly Accumulator[],
  several: boolean,
): LaneMemory {
  const { arena } = party;
  const rows = Math.max(0, ...sizes);
  // Every size counts: fewer rows may need more scratch memory, because an injection's groups are whole words.
  const needs = sizes.flatMap((size) =>
    stage.steps.map((step) => stepScratchBytes(party, tools, step, size)),
  );
  // Whole 128-row lanes, because transposes and injections write whole words.
  const registerBytes = Math.ceil(rows / 128) * 128 * ELEMENT_BYTES;
  return {
    planes: arena.alloc(circuitFileBytes(circuit, rows)),
    registers: arena.alloc(stage.registers * registerBytes),
    registerBytes,
    scratch: arena.alloc(Math.max(64, ...needs)),
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
  const { party, stage, index, circuit, tools } = context;
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
  stage.reductions.forEach((reduction, k) => {
    const total = context.sums + k * ELEMENT_BYTES;
    if (reduction.kind === 'sum') party.kernels.fpSum(register(reduction.a), chunk.rows, total);
    else party.kernels.fpDot(register(reduction.a), register(reduction.b), chunk.rows, total);
  });
  keepRelation(context, file);
  lane.rounds += await together(
    party,
    context.folds.map((using, k) => async (side: Lane) => {
      const fold = own.folds[k];
      invariant(fold !== undefined, 'memory of a fold');
      await takeChunk(side, using, fold.into, bit, chunk, fold.scratch);
    }),
  );
}

function loadInputs(
  { party, store, stage, circuit, memory }: StageContext,
  chunk: Chunk,
  { file }: CircuitFile,
) {
  const { source } = stage;
  const { inputSlots } = circuit.schedule;
  for (const load of stage.bits) {
    if (source.kind === 'stored') {
      loadPlanes(store, party.arena, source.relation, chunk, load, inputSlots, file);
    } else {
      const planes = memory.relations[source.relation]?.planes ?? [];
      loadRelation(party.arena, planes, load, inputSlots, file);
    }
  }
}

function loadRegisters(
  { party, store, stage: { source, fields } }: StageContext,
  chunk: Chunk,
  register: (k: number) => number,
): void {
  invariant(source.kind === 'stored' || fields.length === 0, 'stored elements of a relation');
  if (source.kind !== 'stored') return;
  for (const load of fields) {
    loadLimb(store, party.arena, source.relation, chunk, load, register(load.register));
  }
}

/** Copies the circuit's outputs that become a relation. */
function keepRelation({ party, stage: { keep }, memory }: StageContext, file: CircuitFile): void {
  if (keep === undefined) return;
  const targets = memory.relations[keep.relation]?.planes ?? [];
  keep.outputs.forEach((output, k) => {
    const [from, to] = [file.output(output), targets[k]];
    invariant(to !== undefined, 'a plane of a kept relation');
    for (const side of SIDES) {
      party.arena.u8.copyWithin(to[side], from[side], from[side] + planeBytes(file.rows));
    }
  });
}

/** Reshares the accumulated products of all dot reductions together and writes every sum to its scalar. */
async function finishReductions(context: StageContext, lane: Lane): Promise<void> {
  const { party, stage, index, sums, tools, memory } = context;
  const { arena } = party;
  const dots = stage.reductions.flatMap((reduction, k) => (reduction.kind === 'dot' ? [k] : []));
  if (dots.length > 0) {
    const vector = arena.alloc(dots.length * ELEMENT_BYTES);
    const copy = (from: number, to: number) => arena.u8.copyWithin(to, from, from + ELEMENT_BYTES);
    dots.forEach((k, at) => {
      copy(sums + k * ELEMENT_BYTES, vector + at * ELEMENT_BYTES);
    });
    const scratch = arena.alloc(reshareScratchBytes(party.threshold, 1, dots.length));
    const columns = [{ d: vector, to: vector }];
    await reshare(
      lane,
      STEP.dots(index),
      `${index}.dot`,
      tools.roles,
      columns,
      dots.length,
      scratch,
    );
    dots.forEach((k, at) => {
      copy(vector + at * ELEMENT_BYTES, sums + k * ELEMENT_BYTES);
    });
  }
  stage.reductions.forEach(({ scalar }, k) => {
    const target = memory.scalars + scalar * ELEMENT_BYTES;
    party.kernels.fpAdd(target, sums + k * ELEMENT_BYTES, target, 1);
  });
}
