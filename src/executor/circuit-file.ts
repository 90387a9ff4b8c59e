import type { Arena } from '../field/arena.ts';
import { planeBytes } from '../field/planes.ts';
import { type LoadedCircuit, type PlaneFile, planeFile, planeFileBytes } from '../protocol/gmw.ts';
import { type SharedPlane, SIDES, type Side } from './memory.ts';

/** Bytes of a {@link CircuitFile} for up to `rows` rows. */
export function circuitFileBytes(circuit: LoadedCircuit, rows: number): number {
  return planeFileBytes(circuit, planeBytes(rows));
}

/** A circuit's planes for a number of rows, in memory that the caller has: where inputs go and outputs are. */
export class CircuitFile {
  readonly file: PlaneFile;
  readonly rows: number;
  readonly #circuit: LoadedCircuit;

  /** `address` must have {@link circuitFileBytes}. */
  constructor(circuit: LoadedCircuit, address: number, rows: number) {
    this.file = planeFile(circuit, address, planeBytes(rows));
    this.rows = rows;
    this.#circuit = circuit;
  }

  /**
   * Writes an input of the circuit, if it is read at all: `write` gets component and address and must fill `bytes` bytes; the
   * rest of the plane becomes 0, so that the components of all parties stay consistent there.
   */
  input(
    arena: Arena,
    number: number,
    bytes: number,
    write: (side: Side, address: number) => void,
  ): void {
    const slot = this.#circuit.schedule.inputSlots[number] ?? -1;
    if (slot < 0) return;
    const { stride } = this.file;
    for (const side of SIDES) {
      const address = this.file[side] + slot * stride;
      write(side, address);
      arena.u8.fill(0, address + bytes, address + stride);
    }
  }

  output(number: number): SharedPlane {
    const { left, right, stride } = this.file;
    const slot = this.#circuit.schedule.outputSlots[number] ?? 0;
    return { left: left + slot * stride, right: right + slot * stride };
  }

  outputs(): SharedPlane[] {
    return Array.from(this.#circuit.schedule.outputSlots, (_, k) => this.output(k));
  }
}
