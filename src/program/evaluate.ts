import { evaluateCircuit } from '../circuits/evaluate.ts';
import { mod } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { inversePower, SIGN_OFFSET } from './conversion.ts';
import {
  type Chunk,
  chunksOf,
  type FieldStep,
  type Program,
  type RowStage,
  type WideNumber,
} from './program.ts';

/** Plain rows for the clear evaluator. */
export interface ClearRows {
  /** Planes of a stored column's Boolean form for a part: value bits LSB first, then the null bit. */
  planes(part: string, column: number): readonly Uint8Array[];
  /** The field elements of one limb of a stored column for a part. */
  limb(part: string, column: number, limb: number): readonly bigint[];
}

/**
 * Runs a program in the clear: the test oracle. Returns the elements that the real parties would open to the
 * analyst, in the order of `results.reveal`; a masked zero test shows its argument unmasked.
 */
export function evaluate(program: Program, rows: ClearRows): bigint[] {
  const { results } = program;
  const scalars = new Array<bigint>(results.scalars).fill(0n);
  const add = (scalar: number, value: bigint) => {
    scalars[scalar] = mod((scalars[scalar] ?? 0n) + value);
  };
  for (const { scalar, value } of results.constants) add(scalar, value);
  for (const stage of program.stages) {
    for (const chunk of chunksOf(stage)) evaluateChunk(stage, chunk, rows, add);
  }
  for (const number of results.normalize?.numbers ?? []) carryDigits(number, scalars);
  for (const test of results.tests) scalars[test.to] = scalars[test.of] ?? 0n;
  return results.reveal.map((scalar) => scalars[scalar] ?? 0n);
}

/** Floor division from limb to limb, on elements as the parties compute it. */
function carryDigits({ limbs }: WideNumber, scalars: bigint[]): void {
  let carry = 0n;
  limbs.forEach(({ of, to, shift }, k) => {
    const value = mod((scalars[of] ?? 0n) + carry);
    const next = limbs[k + 1];
    const bits = next === undefined ? 0 : next.shift - shift;
    const digit = next === undefined ? value : BigInt.asUintN(bits, mod(value + SIGN_OFFSET));
    carry = mod((value - digit) * inversePower(bits));
    scalars[to] = digit;
  });
}

function evaluateChunk(
  stage: RowStage,
  chunk: Chunk,
  rows: ClearRows,
  add: (scalar: number, value: bigint) => void,
): void {
  const bits = runCircuit(stage, chunk, rows);
  const registers: (readonly bigint[])[] = [];
  for (const load of stage.fields) {
    const all = rows.limb(chunk.part, load.column, load.limb);
    registers[load.register] = all.slice(chunk.start, chunk.start + chunk.rows);
  }
  for (const step of stage.steps) runStep(step, chunk.rows, bits, registers);
  for (const reduction of stage.reductions) {
    const a = registers[reduction.a] ?? [];
    const b = reduction.kind === 'dot' ? (registers[reduction.b] ?? []) : undefined;
    a.forEach((value, row) => {
      add(reduction.scalar, b === undefined ? value : value * (b[row] ?? 0n));
    });
  }
}

function runCircuit(stage: RowStage, chunk: Chunk, rows: ClearRows): Uint8Array[] {
  const bytes = planeBytes(chunk.rows);
  const inputs = Array.from({ length: stage.circuit.inputs }, () => new Uint8Array(bytes));
  for (const load of stage.bits) {
    const planes = rows.planes(chunk.part, load.column);
    load.inputs.forEach((input, plane) => {
      const source = planes[plane];
      const target = inputs[input];
      if (input < 0 || source === undefined || target === undefined) return;
      target.set(source.subarray(chunk.start / 8, chunk.start / 8 + bytes));
    });
  }
  return evaluateCircuit(stage.circuit, inputs, bytes);
}

function runStep(
  step: FieldStep,
  rows: number,
  bits: readonly Uint8Array[],
  registers: (readonly bigint[])[],
): void {
  const bit = (output: number, row: number) => ((bits[output]?.[row >> 3] ?? 0) >> (row & 7)) & 1;
  const column = (value: (row: number) => bigint) =>
    Array.from({ length: rows }, (_, r) => value(r));
  const at = (register: number, row: number) => registers[register]?.[row] ?? 0n;
  switch (step.kind) {
    case 'inject':
      for (const { output, to } of step.pairs)
        registers[to] = column((r) => BigInt(bit(output, r)));
      return;
    case 'bitsToField':
      registers[step.to] = column((r) =>
        step.outputs.reduce((sum, output, k) => sum + (BigInt(bit(output, r)) << BigInt(k)), 0n),
      );
      return;
    case 'multiply': {
      const results = step.products.map(({ a, b }) => column((r) => mod(at(a, r) * at(b, r))));
      step.products.forEach(({ to }, k) => {
        registers[to] = results[k] ?? [];
      });
      return;
    }
    case 'linear':
      registers[step.to] = column((r) =>
        mod(step.terms.reduce((s, t) => s + t.coefficient * at(t.register, r), step.constant)),
      );
  }
}
