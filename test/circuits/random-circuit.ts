import fc from 'fast-check';
import { CircuitBuilder } from '../../src/circuits/builder.ts';
import { type Circuit, NODE, NODE_WORDS, type Wire } from '../../src/circuits/circuit.ts';

interface Recipe {
  readonly inputs: number;
  readonly gates: readonly (readonly [kind: number, a: number, b: number])[];
  readonly outputs: readonly number[];
}

const recipe: fc.Arbitrary<Recipe> = fc.record({
  inputs: fc.integer({ min: 1, max: 8 }),
  gates: fc.array(fc.tuple(fc.nat(4), fc.nat(1000), fc.nat(1000)), { maxLength: 120 }),
  outputs: fc.array(fc.nat(1000), { maxLength: 12 }),
});

/** Circuits from the builder, with outputs that may be constants, inputs or repeated. */
export const builtCircuit: fc.Arbitrary<Circuit> = recipe.map(({ inputs, gates, outputs }) => {
  const b = new CircuitBuilder();
  const wires: Wire[] = [b.zero, b.one];
  for (let i = 0; i < inputs; i += 1) wires.push(b.input());
  for (const [kind, p, q] of gates) {
    const [x, y] = [wires[p % wires.length]!, wires[wires.length - 1 - (q % wires.length)]!];
    if (kind === 0) wires.push(b.not(x));
    else wires.push(kind < 3 ? b.and(x, y) : b.xor(x, y));
  }
  return b.build(outputs.map((i) => wires[wires.length - 1 - (i % wires.length)]!));
});

/**
 * Circuits as raw data: dead gates, equal gates, constants as operands, a gate on one wire twice.
 */
export const rawCircuit: fc.Arbitrary<Circuit> = recipe.map(({ inputs, gates, outputs }) => {
  const nodes: number[] = [];
  for (let i = 0; i < inputs; i += 1) nodes.push(NODE.input, inputs - 1 - i, 0);
  for (const [kind, p, q] of gates) {
    const size = nodes.length / NODE_WORDS;
    const [x, y] = [p % size, size - 1 - (q % size)];
    if (kind === 0) nodes.push(NODE.not, x, 0);
    else if (kind === 1) nodes.push(NODE.constant, p % 2, 0);
    else nodes.push(kind === 2 ? NODE.xor : NODE.and, x, y);
  }
  const size = nodes.length / NODE_WORDS;
  return {
    inputs,
    nodes: Int32Array.from(nodes),
    outputs: outputs.map((i) => (i % size) as Wire),
  };
});

/** All rows of the first `inputs` (at most 8) bits as planes of 32 bytes. */
export function allRows(inputs: number): Uint8Array[] {
  return Array.from({ length: inputs }, (_, input) =>
    Uint8Array.from({ length: 32 }, (_, byte) => {
      let plane = 0;
      for (let r = 0; r < 8; r += 1) plane |= (((8 * byte + r) >> input) & 1) << r;
      return plane;
    }),
  );
}
