import { CircuitBuilder } from '../../circuits/builder.ts';
import type { Circuit } from '../../circuits/circuit.ts';
import type { Workshop } from '../collect.ts';
import type { PlaneRelation } from './relation.ts';
import { RelationCircuit } from './relation-circuit.ts';
import { scan } from './stages.ts';

/** A number that goes through the rows: it begins with `start`, and every row that has the flag adds 1 (or takes 1 away) modulo 2^width. */
export interface Counter {
  /** Plane of the flag. */
  readonly flag: number;
  readonly direction: 'down' | 'up';
  readonly start: number;
  readonly falls: boolean;
}

/**
 * The relation with the value of each counter after each row, bit by bit: 1 AND per bit, row and counter, `width` layers. A row flips
 * a bit if it has the flag and flips all lower ones, that is, if the next lower one, which it flips, was 1 (0 if the counter falls); so each
 * bit is an XOR of flips of all rows so far, and scans by XOR cost nothing.
 */
export function countRows(
  shop: Workshop,
  operator: number,
  from: PlaneRelation,
  counters: readonly Counter[],
  width: number,
): PlaneRelation & { readonly flips: readonly (readonly number[])[] } {
  let made = from;
  let flipping = counters.map(({ flag }) => flag);
  const flips = counters.map((): number[] => []);
  for (let bit = 0; bit < width; bit++) {
    if (bit > 0) {
      const circuit = new RelationCircuit(shop, made);
      const { b } = circuit;
      // What flipped the bit before is read here for the last time.
      const kept = Array.from({ length: from.planes + counters.length * (bit - 1) }, (_, k) => k);
      const last = flips.map((planes) => planes.at(-1) ?? 0);
      const own = [...kept, ...last].map((plane) => circuit.plane(plane));
      const next = counters.map(({ direction, start, falls }, k) => {
        const flipped = circuit.plane(last[k] ?? 0, direction === 'down' ? -1 : 1);
        const isOne = bitOf(start, bit - 1) !== falls ? b.not(flipped) : flipped;
        return b.and(circuit.plane(flipping[k] ?? 0), isOne);
      });
      made = { ...from, ...planesOf(circuit.make({ operator }, [], b.one, [...own, ...next])) };
      flips.forEach((planes, k) => {
        planes[bit - 1] = kept.length + k;
      });
      flipping = next.map((_, k) => own.length + k);
    }
    for (const direction of ['down', 'up'] as const) {
      const list = [...counters.keys()].filter((k) => counters[k]?.direction === direction);
      if (list.length === 0) continue;
      const planes = list.map((k) => flipping[k] ?? 0);
      const combine = exclusiveOr(planes.length);
      const { first, ...scanned } = scan(shop, operator, made, { planes, combine, direction });
      made = scanned;
      list.forEach((k, at) => {
        flips[k]?.push(first + at);
      });
    }
  }
  return { ...made, flips };
}

/** Whether a bit of a number is 1. */
export function bitOf(value: number, bit: number): boolean {
  return Math.floor(value / 2 ** bit) % 2 === 1;
}

function planesOf({ relation, planes }: PlaneRelation) {
  return { relation, planes };
}

/** Of two words. */
function exclusiveOr(width: number): Circuit {
  const b = new CircuitBuilder();
  const word = () => Array.from({ length: width }, () => b.input());
  const [x, y] = [word(), word()];
  return b.build(x.map((bit, k) => b.xor(bit, y[k] ?? b.zero)));
}
