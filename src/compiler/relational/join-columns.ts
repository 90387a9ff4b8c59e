import type { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { extend } from '../../circuits/gadgets/numbers.ts';
import type { RelationColumn } from '../../planner/logical/plan.ts';
import { encodingOf } from '../encoding-of.ts';
import type { NullableNumber } from '../expressions/column-source.ts';
import type { JoinKey } from './join-keys.ts';
import type { PlaneRelation } from './relation.ts';
import type { RelationCircuit } from './relation-circuit.ts';

/** Columns of one side of a join on their way: those that keys tell are not carried. */
export class CarriedColumns {
  readonly #columns: readonly Carried[];
  readonly #keys: readonly JoinKey[];
  /** Bits that are carried. */
  readonly width: number;

  /**
   * The columns `ids` of a relation. Keys are read of rows of the left side: of the right side's columns they tell something in rows
   * with a partner. `matched`: so it is for all rows of which columns are read.
   */
  constructor(
    from: PlaneRelation,
    ids: readonly number[],
    keys: readonly JoinKey[],
    side: { readonly of: 'left' | 'right'; readonly matched: boolean },
  ) {
    this.#keys = keys;
    let width = 0;
    this.#columns = ids.map((id) => {
      const facts = from.columns[id]?.facts;
      if (facts === undefined) throw new RangeError(`column ${id} of a side of a join`);
      const own = encodingOf(facts).width;
      const key = keys.find(
        ({ encoding, [side.of]: scalar }) =>
          scalar.kind === 'column' &&
          scalar.column === id &&
          (side.matched || encoding.width >= own),
      );
      const start = width;
      if (key === undefined) width += own;
      const mayBeNull = from.columns[id]?.isNull !== undefined;
      const nulls = mayBeNull && !(side.matched && key !== undefined) ? width++ : undefined;
      return { id, facts, key, start, nulls, bytes: key?.[side.of].bytes };
    });
    this.width = width;
  }

  /** What is carried of a row. */
  pack(circuit: RelationCircuit): Wire[] {
    return this.#columns.flatMap(({ id, key, nulls }) => {
      const { number, isNull } = circuit.column(id);
      const bits = key === undefined ? number.bits : [];
      return nulls === undefined ? bits : [...bits, isNull];
    });
  }

  /** The columns by their ids, of the bits of keys and what was carried. */
  unpack(
    b: CircuitBuilder,
    keyBits: readonly Wire[],
    bits: readonly Wire[],
  ): ReadonlyMap<number, NullableNumber> {
    return new Map(
      this.#columns.map((column) => {
        const { signed, width } = encodingOf(column.facts);
        const { start, nulls } = column;
        const value =
          column.key === undefined
            ? bits.slice(start, start + width)
            : keyColumn(b, column, column.key, keyBits, width);
        const isNull = nulls === undefined ? b.zero : (bits[nulls] ?? b.zero);
        return [column.id, { number: { bits: value, signed }, isNull }];
      }),
    );
  }

  /** Bits of keys that are read. */
  get readsKeys(): boolean {
    return this.#keys.some((key) => this.#columns.some((column) => column.key === key));
  }
}

interface Carried {
  readonly id: number;
  readonly facts: RelationColumn;
  readonly key: JoinKey | undefined;
  readonly start: number;
  readonly nulls: number | undefined;
  /** Of the key as text. */
  readonly bytes: number | undefined;
}

function keyColumn(
  b: CircuitBuilder,
  { bytes }: Carried,
  key: JoinKey,
  keyBits: readonly Wire[],
  width: number,
): Wire[] {
  const { encoding, start } = key;
  const bits = keyBits.slice(start, start + encoding.width);
  if (key.bytes !== undefined) return bits.slice(8 * (key.bytes - (bytes ?? 0)));
  return extend(b, { bits, signed: encoding.signed }, width);
}
