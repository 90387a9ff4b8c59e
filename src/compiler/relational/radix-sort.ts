import { tieBits } from '../../program/sort-shape.ts';
import type { Workshop } from '../collect.ts';
import { bitOf, type Counter, countRows } from './count-rows.ts';
import type { PlaneRelation } from './relation.ts';
import { RelationCircuit } from './relation-circuit.ts';
import { concat, route } from './stages.ts';

/**
 * The relation sorted ascending by the unsigned number in the planes `key`, LSB first; ties keep their order. Bit by bit [AHIKNPTT22]: rows are
 * counted, those of 0 from the first row on and those of 1 from the last row back, which says where each one goes. For n rows about
 * 3 log2(n) ANDs per row and bit, and a shuffle for each bit.
 */
export function radixSort(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  key: readonly number[],
): PlaneRelation {
  return key.reduce((sorted, plane) => sortByBit(shop, operator, sorted, plane, 0), from);
}

/** The relation with the rows first of which the plane `bit` is `least`; among these, and among the others, rows keep their order. */
export function sortByBit(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  bit: number,
  least: 0 | 1,
): PlaneRelation {
  const own = Array.from({ length: from.planes }, (_, k) => k);
  const first = new RelationCircuit(shop, from);
  const isOther = first.b.not(first.plane(bit));
  const flagged = first.make({ operator }, [], first.b.one, [
    ...own.map((plane) => first.plane(plane)),
    isOther,
  ]);
  // Places modulo 2^width.
  const width = tieBits(from.rows);
  const [low, high] = least === 0 ? [from.planes, bit] : [bit, from.planes];
  const lows: Counter = { flag: low, direction: 'down', start: 0, falls: false };
  const highs: Counter = { flag: high, direction: 'up', start: from.rows, falls: true };
  const counted = countRows(shop, operator, flagged, [lows, highs], width);
  const circuit = new RelationCircuit(shop, counted);
  const { b } = circuit;
  const isHigh = circuit.plane(high);
  const [before = [], after = []] = counted.flips;
  const place = before.map((plane, k) => {
    const flipped = circuit.plane(after[k] ?? 0);
    const back = bitOf(from.rows, k) ? b.not(flipped) : flipped;
    return b.mux(isHigh, back, circuit.plane(plane, -1));
  });
  const placed = circuit.make({ operator }, [], b.one, [
    ...own.map((plane) => circuit.plane(plane)),
    ...place,
  ]);
  const destination = place.map((_, k) => from.planes + k);
  const { relation, planes } = placed;
  const routed = route(shop, operator, { ...from, relation, planes }, { destination });
  const made = concat(shop, operator, [{ relation: routed, planes: own }]);
  return { ...routed, ...made, planes: from.planes };
}
