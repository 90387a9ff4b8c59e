import { planeCount, type TableVersion } from '../../src/catalog/table.ts';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import type { Wire } from '../../src/circuits/circuit.ts';
import { P } from '../../src/field/p61.ts';
import type {
  BitLoad,
  FieldLoad,
  FieldStep,
  Program,
  Reduction,
  RowStage,
} from '../../src/program/program.ts';
import type { Rng } from '../oracle/rng.ts';

export interface ProgramOptions {
  readonly chunkRows: number;
  readonly lanes: number;
  readonly stages: number;
}

const OPERATORS = ['circuit', 'inject', 'convert', 'multiply', 'sums', 'carry', 'reveal'];
const [CIRCUIT, INJECT, CONVERT, MULTIPLY, SUMS, CARRY, REVEAL] = [0, 1, 2, 3, 4, 5, 6];

/** A program over a table with everything a program can contain, at random. */
export function randomProgram(rng: Rng, table: TableVersion, options: ProgramOptions): Program {
  let scalars = 0;
  const stages = Array.from({ length: options.stages }, () => {
    const stage = randomStage(rng, table, options, scalars);
    scalars += stage.reductions.length;
    return stage;
  });
  const sums = scalars;
  const constants = [{ scalar: scalars++, value: 1n + rng.bigint(0n, P - 2n) }];
  const numbers = Array.from({ length: rng.below(3) }, () => {
    let shift = rng.below(3);
    const limbs = Array.from({ length: 2 + rng.below(2) }, () => {
      const limb = { of: rng.below(sums + 1), to: scalars++, shift };
      shift += rng.pick([1, 7, 32, 60]);
      return limb;
    });
    return { limbs };
  });
  const tests = Array.from({ length: rng.below(3) }, () => ({
    of: rng.below(sums + 1),
    to: scalars++,
  }));
  return {
    format: 1,
    suite: { parties: 3, threshold: 1, security: 'passive' },
    stages,
    results: {
      scalars,
      constants,
      ...(numbers.length > 0 ? { normalize: { numbers, operator: CARRY ?? 0 } } : {}),
      tests,
      reveal: Array.from({ length: scalars }, (_, k) => scalars - 1 - k),
      operator: REVEAL ?? 0,
    },
    operators: OPERATORS,
  };
}

function randomStage(
  rng: Rng,
  table: TableVersion,
  options: ProgramOptions,
  firstScalar: number,
): RowStage {
  const { definition, digest, parts } = table;
  const b = new CircuitBuilder();
  const wires: Wire[] = [b.zero, b.one];
  const bits: BitLoad[] = [];
  definition.columns.forEach((column, index) => {
    if (rng.chance(0.3)) return;
    const planes = planeCount(column);
    const inputs = Array.from({ length: planes }, () => {
      if (rng.chance(0.3)) return -1;
      wires.push(b.input());
      return wires.length - 3;
    });
    bits.push({ column: index, planes, inputs });
  });
  for (let gate = rng.below(60); gate > 0; gate--) {
    const [x, y] = [rng.pick(wires), rng.pick(wires)];
    wires.push(
      rng.pick([() => b.and(x, y), () => b.and(x, y), () => b.xor(x, y), () => b.not(x)])(),
    );
  }
  const outputs = Array.from({ length: 1 + rng.below(12) }, () =>
    rng.chance(0.5) ? (wires[wires.length - 1 - rng.below(5)] ?? b.one) : rng.pick(wires),
  );
  const fields: FieldLoad[] = [];
  for (const [column, limb] of [
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 0],
    [3, 1],
  ] as const) {
    if (rng.chance(0.6)) fields.push({ column, limb, register: fields.length });
  }
  const { steps, registers } = randomSteps(rng, outputs.length, fields.length);
  return {
    relation: {
      table: definition.name,
      digest,
      parts: parts.map(({ id, rows }) => ({ id, rows })),
    },
    chunkRows: options.chunkRows,
    lanes: options.lanes,
    bits,
    fields,
    circuit: b.build(outputs),
    registers,
    steps,
    reductions: randomReductions(rng, registers, firstScalar),
    operator: CIRCUIT ?? 0,
  };
}

function randomSteps(
  rng: Rng,
  outputs: number,
  loaded: number,
): { readonly steps: FieldStep[]; readonly registers: number } {
  let registers = loaded;
  const steps: FieldStep[] = [];
  const count = registers === 0 ? 2 : rng.below(6);
  for (let k = 0; k < count; k++) {
    const known = registers;
    const any = () => rng.below(known);
    const kind = known === 0 ? 0 : rng.below(4);
    if (kind === 0) {
      const pairs = Array.from({ length: 1 + rng.below(3) }, () => ({
        output: rng.below(outputs),
        to: registers++,
      }));
      steps.push({ kind: 'inject', pairs, operator: INJECT ?? 0 });
    } else if (kind === 1) {
      const products = Array.from({ length: 1 + rng.below(3) }, () => ({
        a: any(),
        b: any(),
        to: registers++,
      }));
      steps.push({ kind: 'multiply', products, operator: MULTIPLY ?? 0 });
    } else if (kind === 2) {
      const width = rng.pick([1, 5, 60]);
      const taken = Array.from({ length: width }, () => rng.below(outputs));
      steps.push({
        kind: 'bitsToField',
        outputs: taken,
        to: registers++,
        operator: CONVERT ?? 0,
      });
    } else {
      const terms = Array.from({ length: rng.below(4) }, () => ({
        coefficient: rng.bigint(0n, P - 1n),
        register: any(),
      }));
      steps.push({ kind: 'linear', to: registers++, constant: rng.bigint(0n, P - 1n), terms });
    }
  }
  return { steps, registers };
}

function randomReductions(rng: Rng, registers: number, firstScalar: number): Reduction[] {
  return Array.from({ length: 1 + rng.below(4) }, (_, k): Reduction => {
    const [a, b, scalar] = [rng.below(registers), rng.below(registers), firstScalar + k];
    if (rng.chance(0.5)) return { kind: 'sum', a, scalar };
    return { kind: 'dot', a, b, scalar, operator: SUMS ?? 0 };
  });
}
