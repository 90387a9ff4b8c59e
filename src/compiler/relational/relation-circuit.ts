import type { ColumnId } from '../../catalog/table.ts';
import { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { invariant } from '../../errors/tacit-error.ts';
import type { RelationColumn } from '../../planner/logical/plan.ts';
import type { BitLoad, Fold } from '../../program/program.ts';
import { chunkRowsFor, LANES } from '../chunk-rows.ts';
import type { Workshop } from '../collect.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from '../expressions/column-source.ts';
import { Expressions } from '../expressions/expressions.ts';
import { inputsOf, type RowInputs } from '../row-inputs.ts';
import { orCircuit } from '../stage-folds.ts';
import type { ColumnPlanes, PlaneRelation } from './relation.ts';

/** A column of a relation that a circuit makes. */
export interface MadeColumn extends NullableNumber {
  readonly facts: RelationColumn;
}

/**
 * One circuit over the rows of a relation, which may also read rows at a fixed distance. `make` then adds the stage that runs it and
 * keeps its outputs as a new relation with the same rows.
 */
export class RelationCircuit {
  readonly b = new CircuitBuilder();
  readonly #from: PlaneRelation;
  readonly #shop: Workshop;
  /** By shift: wire and input of each plane that is read. */
  readonly #reads = new Map<number, Map<number, { readonly wire: Wire; readonly input: number }>>();
  readonly #somes: { readonly wire: Wire; readonly to: number }[] = [];
  #inputs = 0;

  constructor(shop: Workshop, from: PlaneRelation) {
    this.#shop = shop;
    this.#from = from;
  }

  /** A plane of the row at a distance (-1 is the row before); 0 where there is no such row. */
  plane(plane: number, shift = 0): Wire {
    invariant(plane >= 0 && plane < this.#from.planes, `plane ${plane} of a relation`);
    let planes = this.#reads.get(shift);
    if (planes === undefined) {
      planes = new Map();
      this.#reads.set(shift, planes);
    }
    let read = planes.get(plane);
    if (read === undefined) {
      read = { wire: this.b.input(), input: this.#inputs++ };
      planes.set(plane, read);
    }
    return read.wire;
  }

  /** Whether the row at a distance is there. */
  there(shift = 0): Wire {
    const { valid } = this.#from;
    if (valid !== undefined) return this.plane(valid, shift);
    invariant(shift === 0, 'a neighbour of rows that are all there');
    return this.b.one;
  }

  /** A column of the row at a distance. */
  column(id: number, shift = 0): NullableNumber {
    const column = this.#from.columns[id];
    invariant(column !== undefined, `column ${id} of a relation was not made`);
    const { facts, bits, isNull } = column;
    const { signed } = encodingOf(facts);
    return {
      number: { bits: bits.map((plane) => this.plane(plane, shift)), signed },
      isNull: isNull === undefined ? this.b.zero : this.plane(isNull, shift),
    };
  }

  /** Expressions over the columns of the row itself. */
  expressions(): Expressions {
    const source = { column: (id: ColumnId) => this.column(id) };
    return new Expressions(this.b, source, this.#shop.network, this.#from.rows);
  }

  /** A fold that says whether a bit is 1 in some row. */
  some(wire: Wire): number {
    const to = this.#shop.numbering.fold();
    this.#somes.push({ wire, to });
    return to;
  }

  /**
   * Adds the stage. The relation has the planes of `columns` (a number in the encoding of its facts, then its NULL bit unless that is
   * public), the bit `valid` unless it is publicly 1, and the bits `more`, whose planes are `first`, `first + 1`, ...
   */
  make(
    role: { readonly operator: number },
    columns: readonly (MadeColumn | undefined)[],
    valid: Wire,
    more: readonly Wire[] = [],
  ): PlaneRelation & { readonly first: number } {
    const wires: Wire[] = [];
    const planes = new Map<Wire, number>();
    // Equal bits share a plane.
    const put = (wire: Wire) => {
      const plane = planes.get(wire) ?? wires.push(wire) - 1;
      planes.set(wire, plane);
      return plane;
    };
    const made = columns.map((column): ColumnPlanes | undefined => {
      if (column === undefined) return undefined;
      const { facts, number, isNull } = column;
      invariant(number.bits.length === encodingOf(facts).width, `width of column ${facts.name}`);
      const bits = number.bits.map(put);
      return isNull === this.b.zero ? { facts, bits } : { facts, bits, isNull: put(isNull) };
    });
    const there = valid === this.b.one ? undefined : put(valid);
    const first = wires.length;
    wires.push(...more);
    // A relation has at least one plane.
    if (wires.length === 0) put(this.b.one);
    const relation = this.#keep(wires, role.operator);
    const { rows } = this.#from;
    const valids = there === undefined ? {} : { valid: there };
    return { relation, rows, planes: wires.length, columns: made, ...valids, first };
  }

  #keep(wires: readonly Wire[], operator: number): number {
    const circuit = this.b.build([...wires, ...this.#somes.map(({ wire }) => wire)]);
    const relation = this.#shop.numbering.relation();
    const { rows } = this.#from;
    const folds = this.#folds(wires.length, operator);
    this.#shop.stages.push({
      kind: 'rows',
      source: { kind: 'relation', relation: this.#from.relation, rows },
      chunkRows: chunkRowsFor(circuit, 0, folds),
      lanes: LANES,
      bits: this.#loads(inputsOf(circuit)),
      ...{ fields: [], circuit, registers: 0, steps: [], reductions: [], folds },
      keep: { relation, outputs: wires.map((_, k) => k) },
      operator,
    });
    return relation;
  }

  /** Their bits are the outputs from `first` on. */
  #folds(first: number, operator: number): Fold[] {
    if (this.#somes.length === 0) return [];
    const items = this.#somes.map(({ to }, k) => ({ outputs: [first + k], to }));
    return [{ combine: orCircuit(), width: 1, identity: 0n, items, operator }];
  }

  #loads(read: ReadonlySet<number>): BitLoad[] {
    return [...this.#reads].flatMap(([shift, planes]): BitLoad[] => {
      const inputs = Array.from({ length: this.#from.planes }, (_, plane) => {
        const input = planes.get(plane)?.input ?? -1;
        return read.has(input) ? input : -1;
      });
      if (inputs.every((input) => input < 0)) return [];
      return [{ column: 0, planes: this.#from.planes, inputs, ...(shift === 0 ? {} : { shift }) }];
    });
  }
}

/** A stored table as a relation: which rows are there, and the columns that are asked for, computed by `columns`. */
export function keepRows(
  shop: Workshop,
  inputs: RowInputs,
  b: CircuitBuilder,
  made: { readonly wires: readonly Wire[]; readonly operator: number },
): number {
  const circuit = b.build(made.wires);
  const relation = shop.numbering.relation();
  shop.stages.push({
    kind: 'rows',
    source: inputs.source,
    chunkRows: chunkRowsFor(circuit, 0, []),
    lanes: LANES,
    bits: inputs.loads(circuit),
    ...{ fields: [], circuit, registers: 0, steps: [], reductions: [], folds: [] },
    keep: { relation, outputs: made.wires.map((_, k) => k) },
    operator: made.operator,
  });
  return relation;
}
