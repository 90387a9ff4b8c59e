import { invariant } from '../errors/tacit-error.ts';
import type {
  CollectStage,
  FieldStep,
  Program,
  RowStage,
  Stage,
  WideNumber,
} from '../program/program.ts';
import { sourceRows } from '../program/relation-sizes.ts';
import { checkRelations } from './check-relations.ts';
import { checkShape, Made } from './made.ts';

/** Throws TACIT_INVARIANT unless every number in the program refers to something that exists by then. */
export function checkProgram(program: Program): void {
  const made = new Made(program);
  for (const { scalar } of program.results.constants) made.scalar(scalar);
  for (const [index, stage] of program.stages.entries()) {
    const isLast = index === program.stages.length - 1;
    invariant(stage.kind !== 'guard' || isLast, 'a guard before other stages');
    checkStage(stage, made);
  }
  const { tests, reveal, planes, operator } = program.results;
  for (const { of, to } of tests) {
    made.readScalar(of);
    made.scalar(to);
  }
  for (const scalar of reveal) made.readScalar(scalar);
  if (planes !== undefined) {
    made.readPlanes(planes.relation, planes.rows, planes.planes);
  }
  made.operator(operator);
}

function checkStage(stage: Stage, made: Made): void {
  made.operator(stage.operator);
  switch (stage.kind) {
    case 'rows':
      checkRows(stage, made);
      return;
    case 'normalize':
      for (const { limbs } of stage.numbers) {
        checkDigits(limbs);
        for (const { of } of limbs) made.readScalar(of);
        for (const { to } of limbs) made.scalar(to);
      }
      return;
    case 'collect':
      checkCollect(stage, made);
      return;
    case 'guard':
      invariant(stage.guards.length > 0, 'a guard of nothing');
      for (const { fold } of stage.guards) made.readFold(fold, 1);
      return;
    default:
      checkRelations(stage, made);
  }
}

/** Limbs in ascending order, and no digit wider than a carry can be taken from (PROTOCOLS 3.2). */
function checkDigits(limbs: WideNumber['limbs']): void {
  invariant(limbs.length >= 2, 'a wide number of one limb');
  limbs.slice(1).forEach(({ shift }, k) => {
    const bits = shift - (limbs[k]?.shift ?? shift);
    invariant(bits >= 1 && bits <= 60, `a digit of ${bits} bits`);
  });
}

function checkCollect({ relation, rows, columns }: CollectStage, made: Made): void {
  for (const column of columns) {
    invariant(column.width >= 1, 'a column without bits');
    switch (column.kind) {
      case 'scalars':
        invariant(column.scalars.length === rows && column.width <= 61, 'scalars of a column');
        for (const scalar of column.scalars) made.readScalar(scalar);
        break;
      case 'folds':
        invariant(column.folds.length === rows, 'folds of a column');
        for (const fold of column.folds) made.readFold(fold, column.width);
        break;
      case 'constant':
        invariant(column.values.length === rows, 'values of a column');
    }
  }
  made.relation(
    relation,
    rows,
    columns.reduce((sum, { width }) => sum + width, 0),
  );
}

function checkRows(stage: RowStage, made: Made): void {
  const { source, circuit, reductions, folds, keep } = stage;
  invariant(stage.chunkRows % 1024 === 0 && stage.chunkRows > 0, 'rows per chunk');
  invariant(stage.lanes >= 1, 'lanes of a stage');
  const output = (index: number) => {
    invariant(index >= 0 && index < circuit.outputs.length, `circuit output ${index}`);
  };
  if (source.kind === 'relation') made.planesOf(source.relation, source.rows);
  for (const { column, planes, inputs, shift = 0 } of stage.bits) {
    invariant(inputs.length === planes, 'one circuit input per plane');
    for (const input of inputs) invariant(input < circuit.inputs, `circuit input ${input}`);
    invariant(Number.isSafeInteger(shift), `rows at a distance of ${shift}`);
    if (source.kind === 'stored') {
      invariant(shift === 0, 'rows of a stored table at a distance');
      continue;
    }
    invariant(column === 0, `column ${column} of a relation`);
    invariant(made.planesOf(source.relation, source.rows) === planes, 'planes of a relation');
  }
  const read = checkSteps(stage, output, made);
  for (const reduction of reductions) {
    read(reduction.a);
    if (reduction.kind === 'dot') {
      read(reduction.b);
      made.operator(reduction.operator);
    }
    made.scalar(reduction.scalar);
  }
  for (const { combine, width, items, operator } of folds) {
    checkShape(combine, 2 * width, width);
    for (const { outputs, to } of items) {
      invariant(outputs.length === width, 'a word of another width');
      outputs.forEach(output);
      made.fold(to, width);
    }
    made.operator(operator);
  }
  if (keep === undefined) return;
  keep.outputs.forEach(output);
  made.relation(keep.relation, sourceRows(source), keep.outputs.length);
}

/** Checks the steps; what it returns checks that a register is written when all of them are done. */
function checkSteps(
  stage: RowStage,
  output: (index: number) => void,
  made: Made,
): (register: number) => void {
  const written = new Set<number>();
  const write = (register: number) => {
    invariant(register >= 0 && register < stage.registers, `register ${register} out of range`);
    written.add(register);
  };
  const read = (register: number) => {
    invariant(written.has(register), `register ${register} is read before it is written`);
  };
  for (const { register } of stage.fields) write(register);
  for (const step of stage.steps) {
    checkStep(step, read, write, output);
    if ('operator' in step) made.operator(step.operator);
  }
  return read;
}

function checkStep(
  step: FieldStep,
  read: (register: number) => void,
  write: (register: number) => void,
  output: (index: number) => void,
): void {
  switch (step.kind) {
    case 'inject':
      for (const pair of step.pairs) {
        output(pair.output);
        write(pair.to);
      }
      return;
    case 'bitsToField':
      invariant(step.outputs.length <= 60, 'a number of more than 60 bits');
      step.outputs.forEach(output);
      write(step.to);
      return;
    case 'multiply':
      for (const { a, b } of step.products) {
        read(a);
        read(b);
      }
      for (const { to } of step.products) write(to);
      return;
    case 'random':
      write(step.to);
      return;
    case 'linear':
      for (const { register } of step.terms) read(register);
      write(step.to);
  }
}
