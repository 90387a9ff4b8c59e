import type { Wire } from '../circuits/circuit.ts';

/** Wires that leave the circuit of a stage, each once. */
export class StageOutputs {
  readonly wires: Wire[] = [];
  readonly #positions = new Map<Wire, number>();

  /** Output number of a wire. */
  of(wire: Wire): number {
    const known = this.#positions.get(wire);
    if (known !== undefined) return known;
    this.wires.push(wire);
    this.#positions.set(wire, this.wires.length - 1);
    return this.wires.length - 1;
  }
}
