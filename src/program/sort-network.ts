import { CircuitBuilder } from '../circuits/builder.ts';
import type { Circuit, Wire } from '../circuits/circuit.ts';
import { lessThan } from '../circuits/gadgets/compare.ts';

/** Rows that are compared and exchanged if they are out of order: the first of them comes first in the result. */
export type RowPair = readonly [number, number];

/** The most rows that a sorting network is built for: its exchanges and rounds grow faster than those of a quicksort. */
export const NETWORK_ROWS_MAX = 1024;

/**
 * Batcher's merge exchange [Bat68] for any number of rows: layers of pairs that have no row in common. Which rows
 * are compared is fixed.
 */
export function networkLayers(rows: number): RowPair[][] {
  const layers: RowPair[][] = [];
  let top = 1;
  while (2 * top < rows) top *= 2;
  for (let p = rows > 1 ? top : 0; p > 0; p = Math.floor(p / 2)) {
    let [q, r, d] = [top, 0, p];
    for (;;) {
      const pairs: RowPair[] = [];
      for (let i = 0; i < rows - d; i++) if ((i & p) === r) pairs.push([i, i + d]);
      if (pairs.length > 0) layers.push(pairs);
      if (q === p) break;
      [d, q, r] = [q - p, q / 2, p];
    }
  }
  return layers;
}

const circuits = new Map<string, Circuit>();
const KNOWN_MAX = 64;

/**
 * Puts two rows of `planes` bits in order: inputs are the bits of one, then of the other; outputs those of the row that is less, then of
 * the other. The number in the lowest `width` bits is compared.
 */
export function exchangeCircuit(width: number, planes: number): Circuit {
  const id = `${width} ${planes}`;
  const known = circuits.get(id);
  if (known !== undefined) return known;
  const b = new CircuitBuilder();
  const word = (): Wire[] => Array.from({ length: planes }, () => b.input());
  const [x, y] = [word(), word()];
  const number = (bits: readonly Wire[]) => ({ bits: bits.slice(0, width), signed: false });
  // Few rows: layers cost more than gates.
  const isGreater = lessThan(b, number(y), number(x), { block: 4 });
  const changed = x.map((bit, k) => b.and(isGreater, b.xor(bit, y[k] ?? b.zero)));
  const exchanged = (bits: readonly Wire[]) =>
    bits.map((bit, k) => b.xor(bit, changed[k] ?? b.zero));
  const circuit = b.build([...exchanged(x), ...exchanged(y)]);
  if (circuits.size >= KNOWN_MAX) circuits.clear();
  circuits.set(id, circuit);
  return circuit;
}
