import { CircuitBuilder } from '../../circuits/builder.ts';
import type { Wire } from '../../circuits/circuit.ts';
import { subtractBits } from '../../circuits/gadgets/carry.ts';
import { constantNumber } from '../../circuits/gadgets/numbers.ts';
import { Shapes } from '../../circuits/gadgets/shapes.ts';
import { rankBits } from '../../program/shapes.ts';
import { type Operation, ScanOperations, tupleOperation } from './aggregate-operations.ts';
import type { PlaneRelation } from './relation.ts';
import { type MadeColumn, RelationCircuit } from './relation-circuit.ts';
import type { RelationalShop } from './shop.ts';
import { firstRows, route, scan } from './stages.ts';

/**
 * The rows that are there, in their order, and then others, cut to `rows` places, which must be enough for those that are there. Rows
 * are counted by a scan: those there and those not there before each row say its place.
 */
export function compact(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  rows: number,
): PlaneRelation {
  if (from.rows <= rows) return from;
  if (from.valid === undefined) return firstRows(shop, operator, from, rows);
  const width = rankBits(from.rows);
  const sum = new ScanOperations(shop.network, from.rows).sum(width);
  const counts = tupleOperation([sum, sum].map((operation) => ({ operation, width })));
  const counted = countRows(shop, operator, from, counts, width);
  const circuit = new RelationCircuit(shop, counted.relation);
  const { b } = circuit;
  const there = circuit.there();
  const before = counted.planes.map((plane) => circuit.plane(plane, -1));
  const numbers = counts.unpack(b, before);
  const last = constantNumber(b, BigInt(from.rows - 1), { width, signed: false }).bits;
  const shape = new Shapes(shop.network, from.rows).adder(width);
  const fromEnd = subtractBits(b, last, numbers.slice(width), shape);
  const place = fromEnd.map((bit, k) => b.mux(there, numbers[k] ?? b.zero, bit));
  const made = circuit.make({ operator }, sameColumns(circuit, from), there, place);
  const destination = place.map((_, k) => made.first + k);
  return firstRows(shop, operator, route(shop, operator, made, { destination }), rows);
}

/**
 * The rows of which plane `other` is 0, in an order that nobody knows. Their number, which must be public, is `rows`: it costs a shuffle.
 */
export function takeRows(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  other: number,
  rows: number,
): PlaneRelation {
  const counts = [rows, from.rows - rows];
  const routed = route(shop, operator, from, { destination: [other], counts });
  return firstRows(shop, operator, routed, rows);
}

/** Adds to every row how many rows up to it are there and how many are not, as a word of `counts`. */
function countRows(
  shop: RelationalShop,
  operator: number,
  from: PlaneRelation,
  counts: Operation,
  width: number,
): { readonly relation: PlaneRelation; readonly planes: readonly number[] } {
  const circuit = new RelationCircuit(shop, from);
  const { b } = circuit;
  const there = circuit.there();
  const number = (bit: Wire) => Array.from({ length: width }, (_, k) => (k === 0 ? bit : b.zero));
  const word = counts.pack(b, [...number(there), ...number(b.not(there))]);
  const distinct = [...new Set(word)];
  const made = circuit.make({ operator }, sameColumns(circuit, from), there, distinct);
  const planes = word.map((wire) => made.first + distinct.indexOf(wire));
  const combine = combination(counts, word.length);
  const { first, ...relation } = scan(shop, operator, made, {
    ...{ planes, combine, direction: 'down' },
  });
  return { relation, planes: planes.map((_, k) => first + k) };
}

function combination(counts: Operation, width: number) {
  const b = new CircuitBuilder();
  const word = () => Array.from({ length: width }, () => b.input());
  const [other, own] = [word(), word()];
  return b.build(counts.combine(b, { own, other, joined: b.one, otherIsFirst: true }));
}

function sameColumns(
  circuit: RelationCircuit,
  { columns }: PlaneRelation,
): (MadeColumn | undefined)[] {
  return columns.map((column, id) => column && { facts: column.facts, ...circuit.column(id) });
}
