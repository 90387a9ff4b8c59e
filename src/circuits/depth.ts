import { type Circuit, NODE, NODE_WORDS } from './circuit.ts';

/** For every node the number of ANDs on the longest path that ends in it (an AND counts itself). */
export function andDepths(circuit: Circuit): Int32Array {
  const { nodes } = circuit;
  const depths = new Int32Array(nodes.length / NODE_WORDS);
  for (let node = 0; node < depths.length; node += 1) {
    const at = node * NODE_WORDS;
    const kind = nodes[at];
    if (kind === NODE.input || kind === NODE.constant) continue;
    const a = depths[nodes[at + 1]!]!;
    if (kind === NODE.not) depths[node] = a;
    else depths[node] = Math.max(a, depths[nodes[at + 2]!]!) + (kind === NODE.and ? 1 : 0);
  }
  return depths;
}
