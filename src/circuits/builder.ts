import type { Circuit, Wire } from './circuit.ts';

/**
 * Builds circuits with hash-consing and constant folding: equal gates are one gate, gates with public
 * constants are free. `depth(wire)` counts ANDs on the longest path.
 */
export interface CircuitBuilderContract {
  readonly zero: Wire;
  readonly one: Wire;
  input(): Wire;
  constant(bit: 0 | 1): Wire;
  xor(a: Wire, b: Wire): Wire;
  not(a: Wire): Wire;
  and(a: Wire, b: Wire): Wire;
  /** a | b as one AND. */
  or(a: Wire, b: Wire): Wire;
  /** condition ? a : b as one AND. */
  mux(condition: Wire, a: Wire, b: Wire): Wire;
  depth(wire: Wire): number;
  build(outputs: readonly Wire[]): Circuit;
}
