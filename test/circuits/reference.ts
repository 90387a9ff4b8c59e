import type { CircuitBuilder } from '../../src/circuits/builder.ts';
import type { Circuit, Wire } from '../../src/circuits/circuit.ts';
import { circuitCost } from '../../src/circuits/cost.ts';
import { evaluateCircuit } from '../../src/circuits/evaluate.ts';
import type { NumberEncoding } from '../../src/circuits/gadgets/numbers.ts';

/** Every value of an encoding, in order. */
export function valuesOf(encoding: NumberEncoding): bigint[] {
  const count = 1 << encoding.width;
  return Array.from({ length: count }, (_, i) => decode(BigInt(i), encoding));
}

/** The integer that a bit pattern stands for. */
export function decode(pattern: bigint, encoding: NumberEncoding): bigint {
  const width = encoding.width;
  return encoding.signed ? BigInt.asIntN(width, pattern) : BigInt.asUintN(width, pattern);
}

/** Runs a circuit on rows of integers: row r holds one value per operand, of the given widths. */
export function runRows(
  circuit: Circuit,
  widths: readonly number[],
  rows: readonly (readonly bigint[])[],
): bigint[] {
  const bytes = Math.ceil(rows.length / 8);
  const planes: Uint8Array[] = [];
  widths.forEach((width, operand) => {
    for (let bit = 0; bit < width; bit += 1) {
      const plane = new Uint8Array(bytes);
      rows.forEach((row, r) => {
        const set = (row[operand]! >> BigInt(bit)) & 1n;
        if (set === 1n) plane[r >> 3]! |= 1 << (r & 7);
      });
      planes.push(plane);
    }
  });
  const outputs = evaluateCircuit(circuit, planes, bytes);
  return rows.map((_, r) =>
    outputs.reduce((value, plane, bit) => {
      const set = (plane[r >> 3]! >> (r & 7)) & 1;
      return set === 1 ? value | (1n << BigInt(bit)) : value;
    }, 0n),
  );
}

/** "ANDs/depth" of the circuit for the given outputs. */
export function costOf(b: CircuitBuilder, outputs: readonly Wire[]): string {
  const { ands, layers } = circuitCost(b.build(outputs));
  return `${ands}/${layers.length}`;
}

/** All pairs of values. */
export function pairs(x: readonly bigint[], y: readonly bigint[]): bigint[][] {
  return x.flatMap((a) => y.map((b) => [a, b]));
}

/** All encodings of up to `widest` bits. */
export function encodings(widest: number): NumberEncoding[] {
  return Array.from({ length: 2 * widest }, (_, i) => ({
    width: (i >> 1) + 1,
    signed: i % 2 === 1,
  }));
}

export function show(encoding: NumberEncoding): string {
  return `${encoding.signed ? 's' : 'u'}${encoding.width}`;
}
