import { type Circuit, NODE, NODE_WORDS } from './circuit.ts';

/** How often each node is read by other nodes; being an output counts once per occurrence. */
export function useCounts(circuit: Circuit): Int32Array {
  const { nodes } = circuit;
  const uses = new Int32Array(nodes.length / NODE_WORDS);
  for (let at = 0; at < nodes.length; at += NODE_WORDS) {
    const kind = nodes[at]!;
    if (kind === NODE.input || kind === NODE.constant) continue;
    uses[nodes[at + 1]!]! += 1;
    if (kind !== NODE.not) uses[nodes[at + 2]!]! += 1;
  }
  for (const wire of circuit.outputs) uses[wire]! += 1;
  return uses;
}
