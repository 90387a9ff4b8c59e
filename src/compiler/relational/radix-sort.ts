import { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { subtractBits } from '../../circuits/gadgets/carry.ts';
import { Shapes } from '../../circuits/gadgets/shapes.ts';
import { tieBits } from '../../program/sort-shape.ts';
import type { Workshop } from '../collect.ts';
import { type Operation, pieces, ScanOperations, tupleOperation } from './aggregate-operations.ts';
import type { PlaneRelation } from './relation.ts';
import { RelationCircuit } from './relation-circuit.ts';
import { concat, firstRows, route, scan } from './stages.ts';

/**
 * The relation sorted ascending by the unsigned number in the planes of all digits, the lowest digit and its lowest bit first; ties keep
 * their order. Digit by digit [AHI+22]: a scan counts for each value how many rows from this one on have it, the counts of the first row
 * say where the rows of each value end, and each row goes to its place. For a digit of d bits and n rows about 6 * 2^d * log2(n) ANDs per row.
 */
export function radixSort(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  digits: readonly (readonly number[])[],
): PlaneRelation {
  return digits.reduce((sorted, digit) => sortByDigit(shop, operator, sorted, digit), from);
}

function sortByDigit(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  digit: readonly number[],
): PlaneRelation {
  // Places and counts modulo 2^width.
  const width = tieBits(from.rows);
  const sum = new ScanOperations(shop.network, from.rows).sum(width);
  const counted = countValues(shop, operator, from, digit, { sum, width });
  const ended = valueEnds(shop, operator, counted, { sum, width });
  const to = shop.numbering.relation();
  const side = ({ relation, rows }: PlaneRelation) => ({ relation, rows });
  shop.stages.push({ kind: 'pairs', left: side(ended), right: side(counted), to, operator });
  const planes = ended.planes + counted.planes;
  const both = firstRows(
    shop,
    operator,
    { relation: to, rows: from.rows, planes, columns: [] },
    from.rows,
  );
  const circuit = new RelationCircuit(shop, both);
  const { b } = circuit;
  const value = digit.map((plane) => circuit.plane(ended.planes + plane));
  const counts = counted.counts.map((word) =>
    word.map((plane) => circuit.plane(ended.planes + plane)),
  );
  const ends = counts.slice(1).map((_, k) => {
    return Array.from({ length: width }, (_, bit) => circuit.plane(k * width + bit));
  });
  const end = select(b, value, [...ends, numberBits(b, from.rows, width)]);
  const count = sum.unpack(b, select(b, value, counts));
  const place = subtractBits(b, end, count, new Shapes(shop.network, from.rows).adder(width));
  const own = range(from.planes).map((plane) => circuit.plane(ended.planes + plane));
  const made = circuit.make({ operator }, [], b.one, [...own, ...place]);
  const destination = place.map((_, k) => from.planes + k);
  const routed = route(
    shop,
    operator,
    { ...from, relation: made.relation, planes: made.planes },
    { destination },
  );
  const { relation } = concat(shop, operator, [{ relation: routed, planes: range(from.planes) }]);
  return { ...routed, relation, planes: from.planes };
}

/** Counters modulo 2^width. */
interface Counter {
  readonly sum: Operation;
  readonly width: number;
}

/** The relation with, for each value of a digit, how many rows from each one on have it, in `counts`: its planes. */
function countValues(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  digit: readonly number[],
  { sum, width }: Counter,
): PlaneRelation & { readonly counts: readonly (readonly number[])[] } {
  const circuit = new RelationCircuit(shop, from);
  const { b } = circuit;
  const own = range(from.planes).map((plane) => circuit.plane(plane));
  const flags = oneHot(
    b,
    digit.map((plane) => circuit.plane(plane)),
  );
  const all = tupleOperation(flags.map(() => ({ operation: sum, width })));
  const word = all.pack(
    b,
    flags.flatMap((flag) => range(width).map((k) => (k === 0 ? flag : b.zero))),
  );
  const distinct = [...new Set(word)];
  const made = circuit.make({ operator }, [], b.one, [...own, ...distinct]);
  const { first, ...counted } = scan(shop, operator, made, {
    planes: word.map((wire) => from.planes + distinct.indexOf(wire)),
    combine: combination(all, word.length),
    direction: 'up',
  });
  const length = word.length / flags.length;
  const counts = flags.map((_, k) => range(length).map((bit) => first + k * length + bit));
  return { ...counted, counts };
}

/** One row that says how many rows have a value up to each one, but the greatest. */
function valueEnds(
  shop: Workshop,
  operator: number,
  from: PlaneRelation & { readonly counts: readonly (readonly number[])[] },
  { sum, width }: Counter,
): PlaneRelation {
  const counts = from.counts.slice(0, -1);
  const planes = counts.flat();
  const made = concat(shop, operator, [{ relation: from, planes, rows: 1 }]);
  const circuit = new RelationCircuit(shop, { ...made, planes: planes.length, columns: [] });
  const { b } = circuit;
  const words = pieces(
    planes.map((_, k) => circuit.plane(k)),
    counts.map(({ length }) => length),
  );
  const adder = tupleOperation([{ operation: sum.plain ?? sum, width }]);
  const ends: (readonly Wire[])[] = [];
  for (const word of words) {
    const own = sum.unpack(b, word);
    const other = ends.at(-1);
    const sides = { own, joined: b.one, otherIsFirst: true };
    ends.push(other === undefined ? own : adder.combine(b, { ...sides, other }));
  }
  return circuit.make({ operator }, [], b.one, ends.flat());
}

/** For each value of a number whether it is that. */
function oneHot(b: CircuitBuilder, bits: readonly Wire[]): Wire[] {
  return bits.reduce(
    (flags, bit) => {
      // Exactly one of the flags is 1.
      const [, ...rest] = flags;
      const others = rest.map((flag) => b.and(flag, bit));
      const high = [others.reduce((sum, other) => b.xor(sum, other), bit), ...others];
      return [...flags.map((flag, k) => b.xor(flag, high[k] ?? b.zero)), ...high];
    },
    [b.one],
  );
}

/** The word whose number the bits say. */
function select(
  b: CircuitBuilder,
  bits: readonly Wire[],
  words: readonly (readonly Wire[])[],
): readonly Wire[] {
  const left = bits.reduce((all, bit) => {
    return range(all.length / 2).map((k) => {
      const [low = [], high = []] = [all[2 * k], all[2 * k + 1]];
      return high.map((wire, at) => b.mux(bit, wire, low[at] ?? b.zero));
    });
  }, words);
  return left[0] ?? [];
}

function combination(operation: Operation, width: number) {
  const b = new CircuitBuilder();
  const word = () => Array.from({ length: width }, () => b.input());
  const [other, own] = [word(), word()];
  return b.build(operation.combine(b, { own, other, joined: b.one, otherIsFirst: false }));
}

function numberBits(b: CircuitBuilder, value: number, width: number): Wire[] {
  return range(width).map((k) => (Math.floor(value / 2 ** k) % 2 === 1 ? b.one : b.zero));
}

function range(length: number): number[] {
  return Array.from({ length }, (_, k) => k);
}
