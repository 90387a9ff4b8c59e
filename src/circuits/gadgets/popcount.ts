import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { Columns } from './columns.ts';

/**
 * The number of ones among the wires, LSB first, with as many bits as n needs. n minus the number
 * of ones in n's binary form ANDs for n wires (optimal: Boyar and Peralta 2005), depth about 2 log2
 * n.
 */
export function popcount(b: CircuitBuilder, bits: readonly Wire[]): Wire[] {
  const columns = new Columns(b, bits.length === 0 ? 1 : bits.length.toString(2).length);
  for (const bit of bits) columns.add(bit, 0);
  return columns.compress(1)[0];
}
