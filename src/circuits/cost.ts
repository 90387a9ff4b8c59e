import { type Circuit, type CircuitCost, NODE, NODE_WORDS } from './circuit.ts';
import { andDepths } from './depth.ts';

/** Exact cost per row: every AND is one bit sent by each party, every layer one round. */
export function circuitCost(circuit: Circuit): CircuitCost {
  const depths = andDepths(circuit);
  const layers: number[] = [];
  let ands = 0;
  for (let node = 0; node < depths.length; node += 1) {
    if (circuit.nodes[node * NODE_WORDS] !== NODE.and) continue;
    const layer = depths[node]! - 1;
    while (layers.length <= layer) layers.push(0);
    layers[layer]! += 1;
    ands += 1;
  }
  return { ands, layers };
}
