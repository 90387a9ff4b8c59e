import { invariant } from '../errors/tacit-error.ts';
import type { FieldStep, Program, RowStage, WideNumber } from '../program/program.ts';

/** Throws TACIT_INVARIANT unless every number in the program refers to something that exists by then. */
export function checkProgram(program: Program): void {
  const { stages, results, operators } = program;
  const scalars = new Set<number>();
  const define = (scalar: number) => {
    invariant(scalar >= 0 && scalar < results.scalars, `scalar ${scalar} out of range`);
    invariant(!scalars.has(scalar), `scalar ${scalar} is set twice`);
    scalars.add(scalar);
  };
  const operator = (index: number) => {
    invariant(index >= 0 && index < operators.length, `operator ${index} out of range`);
  };
  for (const stage of stages) {
    checkStage(stage, operator);
    for (const { scalar } of stage.reductions) define(scalar);
  }
  for (const { scalar } of results.constants) define(scalar);
  if (results.normalize !== undefined) {
    for (const { limbs } of results.normalize.numbers) {
      checkDigits(limbs);
      for (const { of } of limbs) invariant(scalars.has(of), `limb ${of}, which is not set`);
      for (const { to } of limbs) define(to);
    }
    operator(results.normalize.operator);
  }
  for (const { of, to } of results.tests) {
    invariant(scalars.has(of), `zero test of scalar ${of}, which is not set`);
    define(to);
  }
  for (const scalar of results.reveal) {
    invariant(scalars.has(scalar), `scalar ${scalar} is opened but not set`);
  }
  operator(results.operator);
}

/** Limbs in ascending order, and no digit wider than a carry can be taken from (PROTOCOLS 3.2). */
function checkDigits(limbs: WideNumber['limbs']): void {
  invariant(limbs.length >= 2, 'a wide number of one limb');
  limbs.slice(1).forEach(({ shift }, k) => {
    const bits = shift - (limbs[k]?.shift ?? shift);
    invariant(bits >= 1 && bits <= 60, `a digit of ${bits} bits`);
  });
}

function checkStage(stage: RowStage, operator: (index: number) => void): void {
  const { circuit, bits, fields, steps, reductions, registers } = stage;
  invariant(stage.chunkRows % 1024 === 0 && stage.chunkRows > 0, 'rows per chunk');
  const written = new Set<number>();
  const write = (register: number) => {
    invariant(register >= 0 && register < registers, `register ${register} out of range`);
    written.add(register);
  };
  const read = (register: number) => {
    invariant(written.has(register), `register ${register} is read before it is written`);
  };
  const output = (index: number) => {
    invariant(index >= 0 && index < circuit.outputs.length, `circuit output ${index}`);
  };
  for (const { planes, inputs } of bits) {
    invariant(inputs.length === planes, 'one circuit input per plane');
    for (const input of inputs) invariant(input < circuit.inputs, `circuit input ${input}`);
  }
  for (const { register } of fields) write(register);
  for (const step of steps) {
    checkStep(step, read, write, output);
    if (step.kind !== 'linear') operator(step.operator);
  }
  for (const reduction of reductions) {
    read(reduction.a);
    if (reduction.kind === 'dot') {
      read(reduction.b);
      operator(reduction.operator);
    }
  }
  operator(stage.operator);
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
    case 'linear':
      for (const { register } of step.terms) read(register);
      write(step.to);
  }
}
