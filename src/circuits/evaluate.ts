import { invariant } from '../errors/tacit-error.ts';
import { type Circuit, NODE, NODE_WORDS } from './circuit.ts';
import { useCounts } from './uses.ts';

/**
 * Runs a circuit in the clear: the reference that protocols are tested against.
 * inputs[i] is the plane of input i (bit r mod 8 of byte r div 8 is row r) and may be empty for an
 * input that no gate reads; all planes have at least `bytes` bytes. Returns one plane per output.
 */
export function evaluateCircuit(
  circuit: Circuit,
  inputs: readonly Uint8Array[],
  bytes: number,
): Uint8Array[] {
  const { nodes } = circuit;
  const count = nodes.length / NODE_WORDS;
  const uses = useCounts(circuit);
  const planes: (Uint8Array | undefined)[] = new Array(count);
  const free: Uint8Array[] = [];
  const release = (node: number) => {
    uses[node]! -= 1;
    if (uses[node] === 0 && nodes[node * NODE_WORDS] !== NODE.input) free.push(planes[node]!);
    if (uses[node] === 0) planes[node] = undefined;
  };
  for (let node = 0; node < count; node += 1) {
    const [kind, a, b] = [nodes[3 * node]!, nodes[3 * node + 1]!, nodes[3 * node + 2]!];
    if (kind === NODE.input) {
      planes[node] = inputPlane(inputs, a, bytes);
      continue;
    }
    const z = free.pop() ?? new Uint8Array(bytes);
    planes[node] = z;
    if (kind === NODE.constant) {
      z.fill(a === 1 ? 0xff : 0);
      continue;
    }
    const x = planes[a]!;
    const y = kind === NODE.not ? x : planes[b]!;
    if (kind === NODE.xor) for (let i = 0; i < bytes; i += 1) z[i] = x[i]! ^ y[i]!;
    else if (kind === NODE.and) for (let i = 0; i < bytes; i += 1) z[i] = x[i]! & y[i]!;
    else for (let i = 0; i < bytes; i += 1) z[i] = ~x[i]!;
    release(a);
    if (kind !== NODE.not) release(b);
  }
  return circuit.outputs.map((wire) => planes[wire]!.slice(0, bytes));
}

/** Runs a circuit on one row of bits. */
export function evaluateBits(circuit: Circuit, bits: readonly (0 | 1)[]): (0 | 1)[] {
  const planes = bits.map((bit) => Uint8Array.of(bit));
  return evaluateCircuit(circuit, planes, 1).map((plane) => (plane[0]! & 1) as 0 | 1);
}

function inputPlane(inputs: readonly Uint8Array[], input: number, bytes: number): Uint8Array {
  const plane = inputs[input];
  invariant(plane !== undefined && plane.length >= bytes, `circuit input ${input} has no plane`);
  return plane;
}
