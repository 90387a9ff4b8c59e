import type { ColumnId } from '../catalog/table.ts';
import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Circuit, Wire } from '../circuits/circuit.ts';
import type { BitLoad, RowSource } from '../program/program.ts';
import { encodingOf } from './encoding-of.ts';
import type { NullableNumber } from './expressions/column-source.ts';
import type { PlaneRelation } from './relational/relation.ts';
import { inputsOf, type RowInputs } from './row-inputs.ts';

/** Wire of a plane of the relation that is read. */
export type PlaneOf = (plane: number) => Wire;

/** A relation that a program made: how its columns are read from its planes. */
export interface CollectedRelation {
  readonly relation: number;
  readonly rows: number;
  readonly planes: number;
  /** By ColumnId; absent where nothing reads the column. */
  readonly columns: readonly (
    | ((b: CircuitBuilder, plane: PlaneOf) => NullableNumber)
    | undefined
  )[];
  /** Whether a row is there. */
  readonly there: (b: CircuitBuilder, plane: PlaneOf) => Wire;
  /** Planes with the number of the row, LSB first, if they were asked for. */
  readonly rowNumber: readonly number[];
}

/** A relation of planes as a collected one. */
export function readRelation(made: PlaneRelation): CollectedRelation {
  const { relation, rows, planes, valid } = made;
  const columns = made.columns.map((column): CollectedRelation['columns'][number] => {
    if (column === undefined) return undefined;
    const { facts, bits, isNull } = column;
    const { signed } = encodingOf(facts);
    return (b, plane) => ({
      number: { bits: bits.map(plane), signed },
      isNull: isNull === undefined ? b.zero : plane(isNull),
    });
  });
  const there: CollectedRelation['there'] = (b, plane) =>
    valid === undefined ? b.one : plane(valid);
  return { relation, rows, planes, columns, there, rowNumber: [] };
}

/** The planes of a relation as inputs of a circuit, made when they are first asked for. */
export class RelationPlanes {
  readonly #b: CircuitBuilder;
  readonly #planes: number;
  readonly #wires = new Map<number, { readonly wire: Wire; readonly input: number }>();

  constructor(b: CircuitBuilder, planes: number) {
    this.#b = b;
    this.#planes = planes;
  }

  plane(plane: number): Wire {
    const known = this.#wires.get(plane);
    if (known !== undefined) return known.wire;
    const made = { wire: this.#b.input(), input: this.#wires.size };
    this.#wires.set(plane, made);
    return made.wire;
  }

  loads(circuit: Circuit): BitLoad[] {
    const read = inputsOf(circuit);
    const inputs = Array.from({ length: this.#planes }, (_, plane) => {
      const input = this.#wires.get(plane)?.input ?? -1;
      return read.has(input) ? input : -1;
    });
    if (inputs.every((input) => input < 0)) return [];
    return [{ column: 0, planes: this.#planes, inputs }];
  }
}

/** The columns of a collected relation as inputs of a circuit. */
export class RelationColumns implements RowInputs {
  readonly source: RowSource;
  readonly there: Wire;
  readonly #b: CircuitBuilder;
  readonly #relation: CollectedRelation;
  readonly #planes: RelationPlanes;
  readonly #columns = new Map<ColumnId, NullableNumber>();

  constructor(b: CircuitBuilder, relation: CollectedRelation) {
    this.#b = b;
    this.#relation = relation;
    this.#planes = new RelationPlanes(b, relation.planes);
    this.source = { kind: 'relation', relation: relation.relation, rows: relation.rows };
    this.there = relation.there(b, (plane) => this.#planes.plane(plane));
  }

  column(id: ColumnId): NullableNumber {
    const known = this.#columns.get(id);
    if (known !== undefined) return known;
    const read = this.#relation.columns[id];
    if (read === undefined) throw new RangeError(`column ${id} was not collected`);
    const made = read(this.#b, (plane) => this.#planes.plane(plane));
    this.#columns.set(id, made);
    return made;
  }

  /** The number of the row, from 0. */
  rowNumber(): Wire[] {
    return this.#relation.rowNumber.map((plane) => this.#planes.plane(plane));
  }

  loads(circuit: Circuit): BitLoad[] {
    return this.#planes.loads(circuit);
  }
}
