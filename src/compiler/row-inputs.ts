import { columnOf } from '../catalog/lookup.ts';
import type { ColumnId, TableVersion } from '../catalog/table.ts';
import { encodingFor } from '../catalog/types.ts';
import type { CircuitBuilder } from '../circuits/builder.ts';
import { type Circuit, NODE, NODE_WORDS, type Wire } from '../circuits/circuit.ts';
import { type BitNumber, inputNumber } from '../circuits/gadgets/numbers.ts';
import { invariant } from '../errors/tacit-error.ts';
import type { BitLoad } from '../program/program.ts';

interface ColumnInputs {
  readonly number: BitNumber;
  readonly isNull: Wire;
  /** Circuit input number of each plane. */
  readonly inputs: readonly number[];
}

/** The columns of a table as inputs of a circuit; a column's planes are made when it is first asked for. */
export class RowInputs {
  readonly #b: CircuitBuilder;
  readonly #table: TableVersion | undefined;
  readonly #columns = new Map<ColumnId, ColumnInputs>();
  #count = 0;

  constructor(b: CircuitBuilder, table: TableVersion | undefined) {
    this.#b = b;
    this.#table = table;
  }

  column(id: ColumnId): ColumnInputs {
    const known = this.#columns.get(id);
    if (known !== undefined) return known;
    invariant(this.#table !== undefined, 'a column without a table');
    const definition = columnOf(this.#table, id);
    const number = inputNumber(this.#b, encodingFor(definition.bounds));
    const isNull = definition.nullable ? this.#b.input() : this.#b.zero;
    const planes = number.bits.length + (definition.nullable ? 1 : 0);
    const inputs = Array.from({ length: planes }, (_, plane) => this.#count + plane);
    this.#count += planes;
    const made = { number, isNull, inputs };
    this.#columns.set(id, made);
    return made;
  }

  /** What must be loaded for a circuit: planes it does not read are -1, columns without any are left out. */
  loads(circuit: Circuit): BitLoad[] {
    const read = new Set<number>();
    for (let at = 0; at < circuit.nodes.length; at += NODE_WORDS) {
      if (circuit.nodes[at] === NODE.input) read.add(circuit.nodes[at + 1] ?? -1);
    }
    const loads = [...this.#columns].map(([column, { inputs }]) => ({
      column,
      planes: inputs.length,
      inputs: inputs.map((input) => (read.has(input) ? input : -1)),
    }));
    return loads.filter(({ inputs }) => inputs.some((input) => input >= 0));
  }
}
