import { columnOf } from '../catalog/lookup.ts';
import type { ColumnId, TableVersion } from '../catalog/table.ts';
import type { CircuitBuilder } from '../circuits/builder.ts';
import { type Circuit, NODE, NODE_WORDS, type Wire } from '../circuits/circuit.ts';
import { type BitNumber, inputNumber } from '../circuits/gadgets/numbers.ts';
import type { BitLoad, RowSource } from '../program/program.ts';
import { encodingOf } from './encoding-of.ts';
import type { ColumnSource, NullableNumber } from './expressions/column-source.ts';

/** What a stage reads, as inputs of its circuit. */
export interface RowInputs extends ColumnSource {
  readonly source: RowSource;
  /** Whether the row is there at all. */
  readonly there: Wire;
  /** What must be loaded for a circuit: planes it does not read are -1, columns without any are left out. */
  loads(circuit: Circuit): BitLoad[];
}

interface ColumnInputs {
  readonly number: BitNumber;
  readonly isNull: Wire;
  /** Circuit input number of each plane. */
  readonly inputs: readonly number[];
}

/** The columns of a table as inputs of a circuit; a column's planes are made when it is first asked for. */
export class TableColumns implements RowInputs {
  readonly source: RowSource;
  readonly there: Wire;
  readonly #b: CircuitBuilder;
  readonly #table: TableVersion;
  readonly #columns = new Map<ColumnId, ColumnInputs>();
  #count = 0;

  constructor(b: CircuitBuilder, table: TableVersion) {
    this.#b = b;
    this.#table = table;
    this.there = b.one;
    const { definition, digest, parts } = table;
    const ids = parts.map(({ id, root, rows }) => ({ id, root, rows }));
    this.source = { kind: 'stored', relation: { table: definition.name, digest, parts: ids } };
  }

  column(id: ColumnId): NullableNumber {
    const known = this.#columns.get(id);
    if (known !== undefined) return known;
    const definition = columnOf(this.#table, id);
    const number = inputNumber(this.#b, encodingOf(definition));
    const isNull = definition.nullable ? this.#b.input() : this.#b.zero;
    const planes = number.bits.length + (definition.nullable ? 1 : 0);
    const inputs = Array.from({ length: planes }, (_, plane) => this.#count + plane);
    this.#count += planes;
    const made = { number, isNull, inputs };
    this.#columns.set(id, made);
    return made;
  }

  loads(circuit: Circuit): BitLoad[] {
    const read = inputsOf(circuit);
    const loads = [...this.#columns].map(([column, { inputs }]) => ({
      column,
      planes: inputs.length,
      inputs: inputs.map((input) => (read.has(input) ? input : -1)),
    }));
    return loads.filter(({ inputs }) => inputs.some((input) => input >= 0));
  }
}

/** Numbers of the inputs that a circuit reads. */
export function inputsOf({ nodes }: Circuit): Set<number> {
  const read = new Set<number>();
  for (let at = 0; at < nodes.length; at += NODE_WORDS) {
    if (nodes[at] === NODE.input) read.add(nodes[at + 1] ?? -1);
  }
  return read;
}
