import { invariant } from '../errors/tacit-error.ts';
import type { FieldStep, RowStage } from '../program/program.ts';
import { STEP } from '../program/steps.ts';
import { type Dealer, dealer, multiply, reshareScratchBytes } from '../protocol/bgw.ts';
import {
  bitsToField,
  type Converter,
  converter,
  convertScratchBytes,
} from '../protocol/bits-to-field.ts';
import { putElements } from '../protocol/elements.ts';
import { type Injector, inject, injector, injectScratchBytes } from '../protocol/injection.ts';
import type { Lane, Party } from '../protocol/party.ts';
import { randomElements, randomScratchBytes } from '../protocol/random-elements.ts';
import type { SharedPlane } from './memory.ts';

/** Constants that the field steps of a stage share. */
export interface StepTools {
  readonly roles: Dealer;
  readonly injector: Injector;
  readonly converters: ReadonlyMap<number, Converter>;
}

/** Precomputes what the steps of a stage need. */
export function stepTools(lane: Lane, { steps }: RowStage): StepTools {
  const widths = steps.flatMap((step) =>
    step.kind === 'bitsToField' ? [step.outputs.length] : [],
  );
  return {
    roles: dealer(lane.party),
    injector: injector(lane.party),
    converters: new Map([...new Set(widths)].map((width) => [width, converter(lane, width)])),
  };
}

/** Bytes of scratch memory of a step over `rows` rows. */
export function stepScratchBytes(
  { party, witness }: Lane,
  tools: StepTools,
  step: FieldStep,
  rows: number,
): number {
  switch (step.kind) {
    case 'inject':
      return injectScratchBytes(step.pairs.length, rows, witness.isChecked);
    case 'multiply':
      return reshareScratchBytes(party.threshold, step.products.length, rows);
    case 'bitsToField': {
      const using = tools.converters.get(step.outputs.length);
      return using === undefined ? 0 : convertScratchBytes(using, rows);
    }
    case 'random':
      return randomScratchBytes(rows);
    case 'linear':
      return 0;
  }
}

/** Where the steps of a chunk find their operands. */
export interface StepPlace {
  readonly rows: number;
  /** Prefix of the stream labels: stage and chunk. */
  readonly stage: number;
  readonly chunk: number;
  /** The planes of a circuit output, and the address of a register. */
  readonly bit: (output: number) => SharedPlane;
  readonly register: (register: number) => number;
  readonly scratch: number;
}

/** Runs one field step, number `number` of its stage, over the rows of a chunk. */
export async function runFieldStep(
  lane: Lane,
  tools: StepTools,
  place: StepPlace,
  number: number,
  step: FieldStep,
): Promise<void> {
  const { rows, stage, chunk, bit, register, scratch } = place;
  const label = `${stage}.${chunk}.${number}`;
  switch (step.kind) {
    case 'inject': {
      const columns = step.pairs.map(({ output, to }) => ({ ...bit(output), to: register(to) }));
      const steps = {
        deal: STEP.deal(stage, chunk, number),
        product: STEP.inject(stage, chunk, number),
      };
      await inject(lane, steps, label, tools.injector, columns, rows, scratch);
      return;
    }
    case 'multiply': {
      const products = step.products.map(({ a, b, to }) => ({
        a: register(a),
        b: register(b),
        to: register(to),
      }));
      const name = STEP.multiply(stage, chunk, number);
      await multiply(lane, name, label, tools.roles, products, rows, scratch);
      return;
    }
    case 'bitsToField': {
      const using = tools.converters.get(step.outputs.length);
      invariant(using !== undefined, 'converter');
      const steps = {
        and: (layer: number) => STEP.convertAnd(stage, chunk, number, layer),
        open: STEP.convertOpen(stage, chunk, number),
      };
      const bits = step.outputs.map(bit);
      await bitsToField(lane, steps, label, using, bits, register(step.to), rows, scratch);
      return;
    }
    case 'random':
      randomElements(lane.party, `${label}/random`, register(step.to), rows, scratch);
      return;
    case 'linear':
      combine(lane.party, step, register, rows);
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
