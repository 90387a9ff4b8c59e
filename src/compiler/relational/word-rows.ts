import { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { invariant } from '../../errors/tacit-error.ts';
import { alignedRows } from '../../program/shapes.ts';
import type { Operation } from './aggregate-operations.ts';
import { sort } from './choose-sort.ts';
import { takeRows } from './compact.ts';
import { type KeptOrder, takeInOrder } from './gather.ts';
import type { PlaneRelation } from './relation.ts';
import { type MadeColumn, RelationCircuit } from './relation-circuit.ts';
import type { RelationalShop } from './shop.ts';
import { type ConcatInput, concat, route, scan, shuffle } from './stages.ts';

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

/** Some rows, all or the first ones, and what becomes of the words of a concatenation: words of theirs, or public bits. */
export interface WordInput {
  readonly rows: WordRows;
  readonly first?: number;
  readonly words: readonly (Word | 'zero' | 'one')[];
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

  /** Rows one after another; bits of 0 fill up narrower words. */
  static concat(
    shop: RelationalShop,
    operator: number,
    inputs: readonly WordInput[],
  ): { readonly rows: WordRows; readonly words: readonly Word[] } {
    const count = inputs[0]?.words.length ?? 0;
    const tuples = new Map<string, readonly InputPlane[]>();
    const places = Array.from({ length: count }, (_, k) => {
      const bits = inputs.map(({ rows, words }) => rows.#inputPlanes(words[k]));
      const width = Math.max(...bits.map((list) => list.length));
      return Array.from({ length: width }, (_, bit): Place => {
        const tuple = bits.map((list) => list[bit] ?? 'zero');
        const isZero = tuple.every((plane) => plane === 'zero');
        const id = tuple.join();
        if (!tuples.has(id)) tuples.set(id, tuple);
        return { plane: [...tuples.keys()].indexOf(id), known: isZero ? 0 : undefined };
      });
    });
    const list = inputs.map(({ rows, first }, k) => {
      const planes = [...tuples.values()].map((tuple) => tuple[k] ?? 'zero');
      return { relation: rows.#relation, planes, ...(first === undefined ? {} : { rows: first }) };
    });
    const made = concat(shop, operator, list);
    const joined = new WordRows(shop, operator, { ...made, planes: tuples.size, columns: [] });
    const words = places.map((each) => ({ width: each.length }));
    for (const [k, word] of words.entries()) joined.#places.set(word, places[k] ?? []);
    return { rows: joined, words };
  }

  /**
   * All pairs of rows: for each row of left those of right, up to a multiple of 128 rows, beside which all bits are 0. All words of both
   * stay.
   */
  static pairs(shop: RelationalShop, operator: number, left: WordRows, right: WordRows): WordRows {
    const to = shop.numbering.relation();
    const [l, r] = [left.#relation, right.#relation];
    const side = ({ relation, rows }: PlaneRelation) => ({ relation, rows });
    shop.stages.push({ kind: 'pairs', left: side(l), right: side(r), to, operator });
    const rows = l.rows * alignedRows(r.rows);
    const planes = l.planes + r.planes;
    const pairs = new WordRows(shop, operator, { relation: to, rows, planes, columns: [] });
    for (const [of, start] of [[left, 0] as const, [right, l.planes] as const]) {
      for (const [word, places] of of.#places) {
        const moved = places.map(({ plane, known }): Place => {
          return { plane: start + plane, known: known === 0 ? 0 : undefined };
        });
        pairs.#places.set(word, moved);
      }
    }
    return pairs;
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

  /** Puts the rows in an order that nobody knows. */
  shuffle(): void {
    this.#relation = shuffle(this.#shop, this.#operator, this.#relation);
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
   * items are one. Where all rows are publicly joined, no flag is combined.
   */
  scan(direction: 'down' | 'up', items: readonly ScanItem[]): Word[] {
    const listed = items.map((item) => ({
      ...item,
      planes: this.#planes(item.word),
      flag: this.#flag(item.joined),
    }));
    const keyOf = ({ operation, planes, flag }: PlacedItem) =>
      `${operation.key} ${planes.join()} ${flag}`;
    const distinct = [...new Map(listed.map((item) => [keyOf(item), item])).values()];
    if (distinct.length === 0) return [];
    const flags = [...new Set(distinct.map(({ flag }) => flag))].filter((flag) => flag !== ALL);
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

  /** Takes the `rows` rows of which a bit is 0, in an order that nobody knows; their number must be public. */
  take(other: Word, rows: number): void {
    const [place] = this.#place(other);
    invariant(place !== undefined, 'a bit of rows to take');
    this.#relation = takeRows(this.#shop, this.#operator, this.#relation, place.plane, rows);
  }

  /** Puts every row in the place that a word says. */
  route(destination: Word): void {
    const planes = this.#planes(destination);
    this.#relation = route(this.#shop, this.#operator, this.#relation, { destination: planes });
  }

  /**
   * Adds a circuit that makes the columns of a relation; words end here. With `rows` only so many rows, those not `other`; `kept`: the
   * order of the rows.
   */
  columns(
    make: (row: WordCircuit) => {
      readonly columns: readonly (MadeColumn | undefined)[];
      readonly valid: Wire;
      readonly other?: Wire;
    },
    { rows, kept }: { readonly rows?: number; readonly kept?: KeptOrder } = {},
  ): PlaneRelation {
    const row = this.#row();
    const { columns, valid, other = row.b.zero } = make(row);
    const more = rows === undefined ? [] : [other];
    const operator = this.#operator;
    const { first, ...made } = row.circuit.make({ operator }, columns, valid, more);
    if (rows === undefined) return kept ? { ...made, order: kept.order } : made;
    return takeInOrder(this.#shop, operator, made, { other: first, rows, ...(kept && { kept }) });
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

  #flag(joined: Word): number {
    const [place] = this.#place(joined);
    invariant(place !== undefined, 'a bit that joins rows');
    return place.known === 1 ? ALL : place.plane;
  }

  /** A word as an input of a concatenation. */
  #inputPlanes(word: WordInput['words'][number] | undefined): readonly InputPlane[] {
    if (word === undefined) return [];
    if (typeof word === 'string') return [word];
    return this.#place(word).map(({ plane, known }) => {
      if (known === undefined) return plane;
      return known === 0 ? 'zero' : 'one';
    });
  }

  #place(word: Word): readonly Place[] {
    const places = this.#places.get(word);
    invariant(places !== undefined, 'a word of other rows');
    return places;
  }
}

type InputPlane = ConcatInput['planes'][number];

/** Instead of a plane: all rows are joined. */
const ALL = -1;

interface PlacedItem {
  readonly operation: Operation;
  readonly planes: readonly number[];
  /** Plane of the bit that joins rows, or {@link ALL}. */
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
      joined: flag === ALL ? b.one : (own.joined[flags.indexOf(flag)] ?? b.zero),
      otherIsFirst: direction === 'down',
    });
  });
  const joined = own.joined.map((flag, k) => b.and(flag, other.joined[k] ?? b.zero));
  return b.build([...joined, ...combined.flat()]);
}
