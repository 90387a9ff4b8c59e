import { schedule } from '../circuits/schedule.ts';
import { invariant } from '../errors/tacit-error.ts';
import { ELEMENT_BYTES } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { type Chunk, chunksOf, type FieldStep, type RowStage } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import { type Dealer, dealer, multiply, reshare, reshareScratchBytes } from '../protocol/bgw.ts';
import {
  bitsToField,
  type Converter,
  converter,
  convertScratchBytes,
} from '../protocol/bits-to-field.ts';
import { putElements } from '../protocol/elements.ts';
import {
  type LoadedCircuit,
  loadCircuit,
  type PlaneFile,
  planeFileBytes,
  runCircuit,
} from '../protocol/gmw.ts';
import { type Injector, inject, injector, injectScratchBytes } from '../protocol/injection.ts';
import { Lane, type Party } from '../protocol/party.ts';
import type { ShareStore } from '../storage/share-store.ts';
import { loadLimb, loadPlanes } from './load.ts';

/** Everything of a stage that its chunks share. */
interface StageContext {
  readonly party: Party;
  readonly store: ShareStore;
  readonly stage: RowStage;
  readonly index: number;
  readonly circuit: LoadedCircuit;
  readonly roles: Dealer;
  readonly injector: Injector;
  readonly converters: ReadonlyMap<number, Converter>;
  /** Address of one accumulator element per reduction. */
  readonly accumulators: number;
}

/** Memory of one lane, reused by its chunks one after another. */
interface LaneMemory {
  readonly planes: number;
  readonly registers: number;
  readonly registerBytes: number;
  readonly scratch: number;
}

/**
 * Runs a stage: its chunks travel in `lanes` lanes side by side, so that one computes while the other waits.
 * `scalars` is the address of the program's scalars, which the stage's sums are written to. Returns the rounds taken.
 */
export async function runRowStage(
  party: Party,
  store: ShareStore,
  stage: RowStage,
  index: number,
  scalars: number,
): Promise<number> {
  const { arena } = party;
  const mark = arena.mark();
  const chunks = chunksOf(stage);
  const context = prepare(party, store, stage, index);
  const count = Math.max(1, Math.min(stage.lanes, chunks.length));
  const sizes = [...new Set(chunks.map((chunk) => chunk.rows))];
  const lanes = Array.from({ length: count }, () => ({
    lane: new Lane(party),
    memory: laneMemory(context, sizes),
  }));
  const outcomes = await Promise.allSettled(
    lanes.map(async ({ lane, memory }, k) => {
      try {
        for (let c = k; c < chunks.length; c += count) {
          const chunk = chunks[c];
          if (chunk !== undefined) await runChunk(context, lane, memory, chunk);
        }
      } catch (error) {
        // The other lanes must stop before anyone reuses this memory: their receives fail too.
        party.channel.abort(asError(error));
        throw error;
      }
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  const tail = new Lane(party);
  await finishReductions(context, tail, scalars);
  arena.release(mark);
  return Math.max(...lanes.map(({ lane }) => lane.rounds)) + tail.rounds;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function prepare(party: Party, store: ShareStore, stage: RowStage, index: number): StageContext {
  const widths = stage.steps.flatMap((step) =>
    step.kind === 'bitsToField' ? [step.outputs.length] : [],
  );
  const zeros = stage.reductions.map(() => 0n);
  return {
    party,
    store,
    stage,
    index,
    circuit: loadCircuit(party.arena, schedule(stage.circuit)),
    roles: dealer(party),
    injector: injector(party),
    converters: new Map([...new Set(widths)].map((width) => [width, converter(party, width)])),
    accumulators: putElements(party.arena, zeros),
  };
}

function scratchBytes(context: StageContext, step: FieldStep, rows: number): number {
  switch (step.kind) {
    case 'inject':
      return injectScratchBytes(step.pairs.length, rows);
    case 'multiply':
      return reshareScratchBytes(context.party.threshold, step.products.length, rows);
    case 'bitsToField': {
      const using = context.converters.get(step.outputs.length);
      return using === undefined ? 0 : convertScratchBytes(using, rows);
    }
    case 'linear':
      return 0;
  }
}

/** Memory for chunks of any of the given sizes. */
function laneMemory(context: StageContext, sizes: readonly number[]): LaneMemory {
  const { party, stage, circuit } = context;
  const { arena } = party;
  const rows = Math.max(0, ...sizes);
  // Every size counts: fewer rows may need more scratch memory, because an injection's groups are whole words.
  const needs = sizes.flatMap((size) =>
    stage.steps.map((step) => scratchBytes(context, step, size)),
  );
  // Whole 128-row lanes, because transposes and injections write whole words.
  const registerBytes = Math.ceil(rows / 128) * 128 * ELEMENT_BYTES;
  return {
    planes: arena.alloc(planeFileBytes(circuit.schedule, planeBytes(rows))),
    registers: arena.alloc(stage.registers * registerBytes),
    registerBytes,
    scratch: arena.alloc(Math.max(64, ...needs)),
  };
}

async function runChunk(
  context: StageContext,
  lane: Lane,
  memory: LaneMemory,
  chunk: Chunk,
): Promise<void> {
  const { party, store, stage, index, circuit } = context;
  const stride = planeBytes(chunk.rows);
  const slots = Math.max(1, circuit.schedule.slots);
  const file = { left: memory.planes, right: memory.planes + slots * stride, stride };
  for (const load of stage.bits) {
    const { inputSlots } = circuit.schedule;
    loadPlanes(store, party.arena, stage.relation, chunk, load, inputSlots, file);
  }
  await runCircuit(lane, circuit, file, chunk.rows, `${index}.${chunk.index}`, (layer) =>
    STEP.and(index, chunk.index, layer),
  );
  const register = (k: number) => memory.registers + k * memory.registerBytes;
  for (const load of stage.fields) {
    loadLimb(store, party.arena, stage.relation, chunk, load, register(load.register));
  }
  for (const [number, step] of stage.steps.entries()) {
    await runStep(context, lane, memory, chunk, file, number, step);
  }
  stage.reductions.forEach((reduction, k) => {
    const total = context.accumulators + k * ELEMENT_BYTES;
    if (reduction.kind === 'sum') party.kernels.fpSum(register(reduction.a), chunk.rows, total);
    else party.kernels.fpDot(register(reduction.a), register(reduction.b), chunk.rows, total);
  });
}

async function runStep(
  context: StageContext,
  lane: Lane,
  memory: LaneMemory,
  chunk: Chunk,
  file: PlaneFile,
  number: number,
  step: FieldStep,
): Promise<void> {
  const { index, circuit, converters } = context;
  const { scratch } = memory;
  const register = (k: number) => memory.registers + k * memory.registerBytes;
  const bit = (output: number) => {
    const slot = circuit.schedule.outputSlots[output];
    invariant(slot !== undefined && slot >= 0, 'circuit output');
    return { left: file.left + slot * file.stride, right: file.right + slot * file.stride };
  };
  const label = `${index}.${chunk.index}.${number}`;
  switch (step.kind) {
    case 'inject': {
      const columns = step.pairs.map(({ output, to }) => ({ ...bit(output), to: register(to) }));
      const steps = {
        deal: STEP.deal(index, chunk.index, number),
        product: STEP.inject(index, chunk.index, number),
      };
      await inject(lane, steps, label, context.injector, columns, chunk.rows, scratch);
      return;
    }
    case 'multiply': {
      const products = step.products.map(({ a, b, to }) => ({
        a: register(a),
        b: register(b),
        to: register(to),
      }));
      const name = STEP.multiply(index, chunk.index, number);
      await multiply(lane, name, label, context.roles, products, chunk.rows, scratch);
      return;
    }
    case 'bitsToField': {
      const using = converters.get(step.outputs.length);
      invariant(using !== undefined, 'converter');
      const steps = {
        and: (layer: number) => STEP.convertAnd(index, chunk.index, number, layer),
        open: STEP.convertOpen(index, chunk.index, number),
      };
      const bits = step.outputs.map(bit);
      await bitsToField(lane, steps, label, using, bits, register(step.to), chunk.rows, scratch);
      return;
    }
    case 'linear':
      combine(context.party, step, register, chunk.rows);
  }
}

function combine(
  party: Party,
  step: Extract<FieldStep, { kind: 'linear' }>,
  register: (k: number) => number,
  rows: number,
): void {
  const { arena, kernels } = party;
  const mark = arena.mark();
  const target = register(step.to);
  kernels.fpFill(putElements(arena, [step.constant]), target, rows);
  for (const { coefficient, register: source } of step.terms) {
    kernels.fpAxpy(register(source), putElements(arena, [coefficient]), target, rows);
  }
  arena.release(mark);
}

/** Reshares the accumulated products of all dot reductions together and writes every sum to its scalar. */
async function finishReductions(context: StageContext, lane: Lane, scalars: number): Promise<void> {
  const { party, stage, index, accumulators, roles } = context;
  const { arena } = party;
  const dots = stage.reductions.flatMap((reduction, k) => (reduction.kind === 'dot' ? [k] : []));
  if (dots.length > 0) {
    const vector = arena.alloc(dots.length * ELEMENT_BYTES);
    const copy = (from: number, to: number) => arena.u8.copyWithin(to, from, from + ELEMENT_BYTES);
    dots.forEach((k, at) => {
      copy(accumulators + k * ELEMENT_BYTES, vector + at * ELEMENT_BYTES);
    });
    const scratch = arena.alloc(reshareScratchBytes(party.threshold, 1, dots.length));
    const columns = [{ d: vector, to: vector }];
    await reshare(lane, STEP.dots(index), `${index}.dot`, roles, columns, dots.length, scratch);
    dots.forEach((k, at) => {
      copy(vector + at * ELEMENT_BYTES, accumulators + k * ELEMENT_BYTES);
    });
  }
  stage.reductions.forEach(({ scalar }, k) => {
    const target = scalars + scalar * ELEMENT_BYTES;
    party.kernels.fpAdd(target, accumulators + k * ELEMENT_BYTES, target, 1);
  });
}
