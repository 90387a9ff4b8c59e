import { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { invariant } from '../../errors/tacit-error.ts';
import type { Operation } from './aggregate-operations.ts';
import type { PlaneRelation } from './relation.ts';
import { type MadeColumn, RelationCircuit } from './relation-circuit.ts';
import type { RelationalShop } from './shop.ts';
import { scan, sort } from './stages.ts';

/** Bits of every row that stages pass on; what it is known by while its planes move. */
export interface Word {
  readonly width: number;
}

/** A circuit over rows, with what it reads. */
export interface WordCircuit {
  readonly circuit: RelationCircuit;
  readonly b: CircuitBuilder;
  /** The word of the row at a distance; 0 where there is no such row. */
  readonly read: (word: Word, shift?: number) => readonly Wire[];
}

/** A word to combine with those of the rows before (or after) to which its row is joined. */
export interface ScanItem {
  readonly word: Word;
  readonly operation: Operation;
  /** A bit: whether the row is in one segment with the row before (down) or after (up). */
  readonly joined: Word;
}

/** Public bits of all rows need no inputs of circuits. */
type Place = { readonly plane: number; readonly known: 0 | 1 | undefined };

/** Rows that stages transform one after another, as words; columns only at the beginning and at the end. */
export class WordRows {
  readonly #shop: RelationalShop;
  readonly #operator: number;
  #relation: PlaneRelation;
  #places = new Map<Word, readonly Place[]>();

  constructor(shop: RelationalShop, operator: number, from: PlaneRelation) {
    this.#shop = shop;
    this.#operator = operator;
    this.#relation = from;
  }

  get rows(): number {
    return this.#relation.rows;
  }

  /** Adds a circuit over the rows; its outputs become words. The other words stay, or of them only those to `keep`. */
  compute(
    make: (row: WordCircuit) => readonly (readonly Wire[])[],
    keep: Iterable<Word> = this.#places.keys(),
  ): Word[] {
    const row = this.#row();
    const { b } = row;
    const outputs: Wire[] = [];
    const planes = new Map<Wire, Place>();
    const place = (wire: Wire): Place => {
      const known = wire === b.zero ? 0 : wire === b.one ? 1 : undefined;
      const found = planes.get(wire) ?? { plane: outputs.push(wire) - 1, known };
      planes.set(wire, found);
      return found;
    };
    const made = make(row).map((wires) => ({ word: { width: wires.length }, wires }));
    const kept = [...keep].map((word) => ({ word, wires: row.read(word) }));
    const next = new Map([...kept, ...made].map(({ word, wires }) => [word, wires.map(place)]));
    const operator = this.#operator;
    this.#relation = row.circuit.make({ operator }, [], b.one, outputs);
    this.#places = next;
    return made.map(({ word }) => word);
  }

  /** Sorts the rows ascending by the words as one number, the lowest word first. */
  sort(key: readonly Word[]): void {
    const places = key.flatMap((word) => this.#place(word));
    const planes = places.filter(({ known }) => known === undefined).map(({ plane }) => plane);
    if (planes.length === 0) return;
    this.#relation = sort(this.#shop, this.#operator, this.#relation, planes);
  }

  /**
   * Combines the words of each row with those of all rows of its segment before it (down) or after it (up), all in one scan. Equal
   * items are one.
   */
  scan(direction: 'down' | 'up', items: readonly ScanItem[]): Word[] {
    const listed = items.map((item) => ({
      ...item,
      planes: this.#planes(item.word),
      flag: this.#planes(item.joined)[0] ?? -1,
    }));
    const keyOf = ({ operation, planes, flag }: PlacedItem) =>
      `${operation.key} ${planes.join()} ${flag}`;
    const distinct = [...new Map(listed.map((item) => [keyOf(item), item])).values()];
    if (distinct.length === 0) return [];
    const flags = [...new Set(distinct.map(({ flag }) => flag))];
    const planes = [...flags, ...distinct.flatMap((item) => item.planes)];
    const combine = combination(direction, distinct, flags);
    const { first, ...relation } = scan(this.#shop, this.#operator, this.#relation, {
      ...{ planes, combine, direction },
    });
    this.#relation = relation;
    let at = first + flags.length;
    const made = new Map<string, Word>();
    for (const item of distinct) {
      const word = { width: item.planes.length };
      const from = at;
      at += word.width;
      made.set(keyOf(item), word);
      this.#places.set(
        word,
        item.planes.map((_, k) => ({ plane: from + k, known: undefined })),
      );
    }
    return listed.map((item) => made.get(keyOf(item)) ?? item.word);
  }

  /** Adds a circuit that makes the columns of a relation; words end here. */
  columns(
    make: (row: WordCircuit) => {
      readonly columns: readonly (MadeColumn | undefined)[];
      readonly valid: Wire;
    },
  ): PlaneRelation {
    const row = this.#row();
    const { columns, valid } = make(row);
    const { first: _, ...made } = row.circuit.make({ operator: this.#operator }, columns, valid);
    return made;
  }

  #row(): WordCircuit {
    const circuit = new RelationCircuit(this.#shop, this.#relation);
    const { b } = circuit;
    const read = (word: Word, shift = 0) =>
      this.#place(word).map(({ plane, known }) => {
        if (known === 0) return b.zero;
        return known === 1 && shift === 0 ? b.one : circuit.plane(plane, shift);
      });
    return { circuit, b, read };
  }

  #planes(word: Word): number[] {
    return this.#place(word).map(({ plane }) => plane);
  }

  #place(word: Word): readonly Place[] {
    const places = this.#places.get(word);
    invariant(places !== undefined, 'a word of other rows');
    return places;
  }
}

interface PlacedItem {
  readonly operation: Operation;
  readonly planes: readonly number[];
  /** Plane of the bit that joins rows. */
  readonly flag: number;
}

/** The circuit of a scan; its words are the flags, then those of the items. */
function combination(
  direction: 'down' | 'up',
  items: readonly PlacedItem[],
  flags: readonly number[],
) {
  const b = new CircuitBuilder();
  const side = () => ({
    joined: flags.map(() => b.input()),
    words: items.map(({ planes }) => planes.map(() => b.input())),
  });
  const [other, own] = [side(), side()];
  const combined = items.map(({ operation, flag }, k) => {
    return operation.combine(b, {
      own: own.words[k] ?? [],
      other: other.words[k] ?? [],
      joined: own.joined[flags.indexOf(flag)] ?? b.zero,
      otherIsFirst: direction === 'down',
    });
  });
  const joined = own.joined.map((flag, k) => b.and(flag, other.joined[k] ?? b.zero));
  return b.build([...joined, ...combined.flat()]);
}
