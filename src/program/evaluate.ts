import { evaluateCircuit } from '../circuits/evaluate.ts';
import { mod } from '../field/p61.ts';
import { planeBytes } from '../field/planes.ts';
import { bitAt, type ClearPlanes, foldRows, planeOf, planesOfNumbers } from './clear-bits.ts';
import { inversePower, SIGN_OFFSET } from './conversion.ts';
import { evaluateRelations } from './evaluate-relations.ts';
import { requireGuards } from './guards.ts';
import type { Opened } from './opened.ts';
import {
  type Chunk,
  type CollectColumn,
  type CollectStage,
  chunksOf,
  type FieldStep,
  type Program,
  type RowStage,
  type WideNumber,
} from './program.ts';
import { keptStart, sourceRows } from './relation-sizes.ts';

/** Any large number. */
const STRIDE = 0x9e3779b97f4a7c1n;

/** Plain rows for the clear evaluator. */
export interface ClearRows {
  /** Planes of a stored column's Boolean form for a part: value bits LSB first, then the null bit. */
  planes(part: string, column: number): readonly Uint8Array[];
  /** The field elements of one limb of a stored column for a part. */
  limb(part: string, column: number, limb: number): readonly bigint[];
}

/** Intermediate results of a program in the clear. */
interface Memory {
  /** Elements in [0, p). */
  readonly scalars: bigint[];
  readonly folds: bigint[];
  readonly relations: ClearPlanes[];
}

/**
 * Runs a program in the clear: the test oracle. Returns what the real parties would open to the analyst: elements in
 * [0, p) in the order of `results.reveal`, then planes; a masked zero test shows its argument
 * unmasked, and random elements are scattered ones that do not change.
 *
 * @throws what {@link requireGuards} throws
 */
export function evaluate(program: Program, rows: ClearRows): Opened {
  const { results } = program;
  const memory: Memory = {
    scalars: new Array<bigint>(results.scalars).fill(0n),
    folds: new Array<bigint>(results.folds).fill(0n),
    relations: Array.from({ length: results.relations }, () => []),
  };
  const { scalars } = memory;
  for (const { scalar, value } of results.constants) scalars[scalar] = mod(value);
  for (const stage of program.stages) {
    switch (stage.kind) {
      case 'rows':
        evaluateRows(stage, rows, memory);
        break;
      case 'normalize':
        for (const number of stage.numbers) carryDigits(number, scalars);
        break;
      case 'collect':
        memory.relations[stage.relation] = collect(stage, memory);
        break;
      case 'guard':
        requireGuards(
          stage,
          stage.guards.map(({ fold }) => memory.folds[fold] !== 0n),
        );
        break;
      default:
        memory.relations[stage.to] = evaluateRelations(stage, memory.relations);
    }
  }
  for (const test of results.tests) scalars[test.to] = scalars[test.of] ?? 0n;
  const relation = memory.relations[results.planes?.relation ?? -1] ?? [];
  return {
    scalars: results.reveal.map((scalar) => scalars[scalar] ?? 0n),
    planes: (results.planes?.planes ?? []).map((plane) => relation[plane] ?? new Uint8Array()),
  };
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

function collect(stage: CollectStage, memory: Memory): Uint8Array[] {
  return stage.columns.flatMap((column) => planesOfNumbers(valuesOf(column, memory), column.width));
}

function valuesOf(column: CollectColumn, memory: Memory): readonly bigint[] {
  switch (column.kind) {
    case 'scalars':
      // As the parties compute it: the bits of v + 2^60 mod p, which is right for the signed values that are allowed.
      return column.scalars.map(
        (scalar) => mod((memory.scalars[scalar] ?? 0n) + SIGN_OFFSET) - SIGN_OFFSET,
      );
    case 'folds':
      return column.folds.map((fold) => memory.folds[fold] ?? 0n);
    case 'constant':
      return column.values;
  }
}

function evaluateRows(stage: RowStage, rows: ClearRows, memory: Memory): void {
  const words = stage.folds.map(({ items }) => items.map((): bigint[] => []));
  const kept = (stage.keep?.outputs ?? []).map(
    () => new Uint8Array(planeBytes(sourceRows(stage.source))),
  );
  for (const chunk of chunksOf(stage)) {
    const bits = runCircuit(stage, chunk, rows, memory);
    sumUp(stage, chunk, rows, bits, memory.scalars);
    stage.folds.forEach((fold, k) => {
      fold.items.forEach(({ outputs }, item) => {
        const planes = outputs.map((output) => bits[output] ?? new Uint8Array());
        words[k]?.[item]?.push(foldRows(planes, chunk.rows, fold));
      });
    });
    stage.keep?.outputs.forEach((output, k) => {
      const [from, to] = [bits[output], kept[k]];
      if (to !== undefined) copyRows(from, to, keptStart(stage.source, chunk), chunk.rows);
    });
  }
  if (stage.keep !== undefined) memory.relations[stage.keep.relation] = kept;
  stage.folds.forEach((fold, k) => {
    fold.items.forEach(({ to }, item) => {
      const parts = words[k]?.[item] ?? [];
      memory.folds[to] = foldRows(planesOfNumbers(parts, fold.width), parts.length, fold);
    });
  });
}

/** Field steps and sums of a chunk. */
function sumUp(
  stage: RowStage,
  chunk: Chunk,
  rows: ClearRows,
  bits: ClearPlanes,
  scalars: bigint[],
): void {
  const registers: (readonly bigint[])[] = [];
  for (const load of stage.fields) {
    const all = rows.limb(chunk.part, load.column, load.limb);
    registers[load.register] = all.slice(chunk.start, chunk.start + chunk.rows);
  }
  for (const step of stage.steps) runStep(step, chunk, bits, registers);
  for (const reduction of stage.reductions) {
    const a = registers[reduction.a] ?? [];
    const b = reduction.kind === 'dot' ? (registers[reduction.b] ?? []) : undefined;
    const sum = a.reduce(
      (total, value, row) => total + (b === undefined ? value : value * (b[row] ?? 0n)),
      scalars[reduction.scalar] ?? 0n,
    );
    scalars[reduction.scalar] = mod(sum);
  }
}

function runCircuit(stage: RowStage, chunk: Chunk, rows: ClearRows, memory: Memory): Uint8Array[] {
  const bytes = planeBytes(chunk.rows);
  const inputs: Uint8Array[] = Array.from(
    { length: stage.circuit.inputs },
    () => new Uint8Array(bytes),
  );
  const { source } = stage;
  for (const load of stage.bits) {
    const isRelation = source.kind === 'relation';
    const planes = isRelation
      ? (memory.relations[source.relation] ?? [])
      : rows.planes(chunk.part, load.column);
    const first = chunk.start + (load.shift ?? 0);
    const end = isRelation ? source.rows : Number.POSITIVE_INFINITY;
    load.inputs.forEach((input, plane) => {
      const from = planes[plane];
      if (input < 0 || from === undefined) return;
      inputs[input] = planeOf(chunk.rows, (row) =>
        first + row >= 0 && first + row < end ? bitAt(from, first + row) : 0,
      );
    });
  }
  return evaluateCircuit(stage.circuit, inputs, bytes);
}

/** Copies the first `rows` rows of a plane to rows `start`, `start` + 1, ... of another. */
function copyRows(from: Uint8Array | undefined, to: Uint8Array, start: number, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const at = start + row;
    to[at >> 3] = (to[at >> 3] ?? 0) | (bitAt(from, row) << (at & 7));
  }
}

function runStep(
  step: FieldStep,
  { index, rows }: Chunk,
  bits: ClearPlanes,
  registers: (readonly bigint[])[],
): void {
  const column = (value: (row: number) => bigint) =>
    Array.from({ length: rows }, (_, r) => value(r));
  const at = (register: number, row: number) => registers[register]?.[row] ?? 0n;
  switch (step.kind) {
    case 'inject':
      for (const { output, to } of step.pairs)
        registers[to] = column((r) => BigInt(bitAt(bits[output], r)));
      return;
    case 'bitsToField':
      registers[step.to] = column((r) =>
        step.outputs.reduce((sum, out, k) => sum + (BigInt(bitAt(bits[out], r)) << BigInt(k)), 0n),
      );
      return;
    case 'multiply': {
      const results = step.products.map(({ a, b }) => column((r) => mod(at(a, r) * at(b, r))));
      step.products.forEach(({ to }, k) => {
        registers[to] = results[k] ?? [];
      });
      return;
    }
    case 'random':
      registers[step.to] = scattered(rows, step.to, index);
      return;
    case 'linear':
      registers[step.to] = column((r) =>
        mod(step.terms.reduce((s, t) => s + t.coefficient * at(t.register, r), step.constant)),
      );
  }
}

/** Elements in the place of random ones: the same in every run, other ones in every chunk and register. */
function scattered(rows: number, register: number, chunk: number): bigint[] {
  let value = mod(BigInt(chunk + 1) * STRIDE + BigInt(register));
  return Array.from({ length: rows }, () => {
    value = mod(value * value + STRIDE);
    return value;
  });
}
