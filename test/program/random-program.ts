import { planeCount, type TableVersion } from '../../src/catalog/table.ts';
import { P } from '../../src/field/p61.ts';
import type {
  BitLoad,
  CollectStage,
  FieldLoad,
  FieldStep,
  Program,
  Reduction,
  RelationInput,
  ResultStage,
  RowStage,
  WideNumber,
} from '../../src/program/program.ts';
import { keptRows } from '../../src/program/shapes.ts';
import type { Rng } from '../oracle/rng.ts';
import { anyRelation, type Draft, newRelation } from './program-draft.ts';
import { Gates, randomFolds } from './random-circuits.ts';
import { addRelationStage } from './random-relations.ts';

export interface ProgramOptions {
  readonly chunkRows: number;
  readonly lanes: number;
  /** Stages over the stored table. */
  readonly stages: number;
  /** Most stages that make relations of relations. */
  readonly relations: number;
}

const OPERATORS = [
  ...['circuit', 'inject', 'convert', 'multiply', 'sums', 'carry', 'reveal', 'fold', 'other fold'],
  'relation',
];
const [CIRCUIT, INJECT, CONVERT, MULTIPLY, SUMS, CARRY, REVEAL] = [0, 1, 2, 3, 4, 5, 6];
const [FOLD, RELATION] = [7, 9];

/** A stored table as a stage reads it. */
export function relationOf({ definition, digest, parts }: TableVersion): RelationInput {
  return {
    table: definition.name,
    digest,
    parts: parts.map(({ id, root, rows }) => ({ id, root, rows })),
  };
}

/** A program over a table with everything a program can contain, at random. */
export function randomProgram(rng: Rng, table: TableVersion, options: ProgramOptions): Program {
  const draft: Draft = { rng, stages: [], scalars: 0, folds: [], made: 0, relations: [] };
  for (let k = 0; k < options.stages; k++) addStored(draft, table, options);
  const constants = [{ scalar: draft.scalars++, value: 1n + rng.bigint(0n, P - 2n) }];
  for (let k = rng.below(2); k > 0; k--) addNormalize(draft);
  if (rng.chance(0.7)) addCollect(draft);
  for (let k = rng.below(1 + options.relations); k > 0; k--) {
    if (rng.chance(0.4)) addRelationRows(draft, options);
    else addRelationStage(draft, RELATION ?? 0);
  }
  const known = draft.scalars;
  const tests = Array.from({ length: rng.below(3) }, () => ({
    of: rng.below(known),
    to: draft.scalars++,
  }));
  return {
    format: 3,
    suite: { parties: 3, threshold: 1, security: 'passive' },
    stages: draft.stages,
    results: {
      scalars: draft.scalars,
      folds: draft.folds.length,
      relations: draft.made,
      constants,
      tests,
      reveal: Array.from({ length: draft.scalars }, (_, k) => draft.scalars - 1 - k),
      ...opened(draft),
      operator: REVEAL ?? 0,
    },
    operators: OPERATORS,
  };
}

/** Planes of some relation; the first relations are as good as the last. */
function opened(draft: Draft): Pick<ResultStage, 'planes'> {
  const found = anyRelation(draft);
  if (found === undefined) return {};
  const { relation, rows, planes } = found;
  const all = Array.from({ length: planes }, (_, k) => planes - 1 - k);
  return { planes: { relation, rows, planes: all } };
}

function addNormalize(draft: Draft): void {
  const { rng } = draft;
  const known = draft.scalars;
  const numbers: WideNumber[] = Array.from({ length: 1 + rng.below(2) }, () => {
    let shift = rng.below(3);
    const limbs = Array.from({ length: 2 + rng.below(2) }, () => {
      const limb = { of: rng.below(known), to: draft.scalars++, shift };
      shift += rng.pick([1, 7, 32, 60]);
      return limb;
    });
    return { limbs };
  });
  draft.stages.push({ kind: 'normalize', numbers, operator: CARRY ?? 0 });
}

function addCollect(draft: Draft): void {
  const { rng, folds } = draft;
  const rows = rng.pick([1, 2, 7, 8, 9, 24, 130]);
  const list = <T>(item: () => T) => Array.from({ length: rows }, item);
  const columns: CollectStage['columns'][number][] = [
    {
      kind: 'scalars',
      scalars: list(() => rng.below(draft.scalars)),
      width: rng.pick([1, 20, 60, 61]),
    },
  ];
  if (rng.chance(0.5)) {
    columns.push({ kind: 'scalars', scalars: list(() => rng.below(draft.scalars)), width: 3 });
  }
  if (folds.length > 0) {
    const width = rng.pick(folds);
    const alike = folds.flatMap((other, fold) => (other === width ? [fold] : []));
    columns.push({ kind: 'folds', folds: list(() => rng.pick(alike)), width });
  }
  const values = list(() => rng.bigint(-100n, 100n));
  columns.push({ kind: 'constant', values, width: 9 });
  if (rng.chance(0.2)) columns.shift();
  const planes = columns.reduce((sum, { width }) => sum + width, 0);
  const relation = newRelation(draft, rows, planes);
  draft.stages.push({
    ...{ kind: 'collect', relation, rows },
    columns,
    operator: RELATION ?? 0,
  });
}

function addRelationRows(draft: Draft, options: ProgramOptions): void {
  const { rng } = draft;
  const from = anyRelation(draft);
  if (from === undefined) return;
  const { relation, rows, planes } = from;
  const bits: BitLoad[] = [];
  let read = 0;
  for (let k = 1 + rng.below(3); k > 0; k--) {
    const shift = rng.pick([0, 0, 1, -1, 5, -64, 1030]);
    const load = randomLoad(rng, 0, planes, read);
    read += load.inputs.filter((input) => input >= 0).length;
    bits.push(shift === 0 ? load : { ...load, shift });
  }
  const circuit = new Gates(rng, read).circuit(rng.below(60), 4 + rng.below(12));
  const outputs = circuit.outputs.length;
  const { steps, registers } = randomSteps(rng, outputs, 0);
  const reductions = randomReductions(draft, registers);
  const folds = randomFolds(rng, outputs, draft.folds, FOLD ?? 0);
  draft.stages.push({
    kind: 'rows',
    source: { kind: 'relation', relation, rows },
    chunkRows: options.chunkRows,
    lanes: options.lanes,
    bits,
    fields: [],
    ...{ circuit, registers, steps, reductions, folds },
    ...randomKeep(draft, outputs, rows),
    operator: RELATION ?? 0,
  });
}

/** Some of the outputs of a circuit over so many rows as a relation, or nothing. */
function randomKeep(draft: Draft, outputs: number, rows: number): Pick<RowStage, 'keep'> {
  const { rng } = draft;
  if (rng.chance(0.2)) return {};
  const kept = Array.from({ length: outputs }, (_, k) => k).slice(rng.below(outputs));
  return { keep: { relation: newRelation(draft, rows, kept.length), outputs: kept } };
}

/** Reads some of the planes of a column as the circuit inputs from `first` on. */
function randomLoad(rng: Rng, column: number, planes: number, first: number): BitLoad {
  let next = first;
  const inputs = Array.from({ length: planes }, () => (rng.chance(0.3) ? -1 : next++));
  return { column, planes, inputs };
}

function addStored(draft: Draft, table: TableVersion, options: ProgramOptions): void {
  const { rng } = draft;
  const bits: BitLoad[] = [];
  let inputs = 0;
  table.definition.columns.forEach((column, index) => {
    if (rng.chance(0.3)) return;
    const load = randomLoad(rng, index, planeCount(column), inputs);
    inputs += load.inputs.filter((k) => k >= 0).length;
    bits.push(load);
  });
  const circuit = new Gates(rng, inputs).circuit(rng.below(60), 1 + rng.below(12));
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
  const outputs = circuit.outputs.length;
  const { steps, registers } = randomSteps(rng, outputs, fields.length);
  draft.stages.push({
    kind: 'rows',
    source: { kind: 'stored', relation: relationOf(table) },
    chunkRows: options.chunkRows,
    lanes: options.lanes,
    bits,
    fields,
    circuit,
    registers,
    steps,
    reductions: randomReductions(draft, registers),
    folds: randomFolds(rng, outputs, draft.folds, FOLD ?? 0),
    ...randomKeep(draft, outputs, keptRows(table.parts)),
    operator: CIRCUIT ?? 0,
  });
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

function randomReductions(draft: Draft, registers: number): Reduction[] {
  const { rng } = draft;
  return Array.from({ length: 1 + rng.below(4) }, (): Reduction => {
    const [a, b, scalar] = [rng.below(registers), rng.below(registers), draft.scalars++];
    if (rng.chance(0.5)) return { kind: 'sum', a, scalar };
    return { kind: 'dot', a, b, scalar, operator: SUMS ?? 0 };
  });
}
