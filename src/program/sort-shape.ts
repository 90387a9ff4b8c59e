import { CircuitBuilder } from '../circuits/builder.ts';
import type { Circuit } from '../circuits/circuit.ts';
import { circuitCost } from '../circuits/cost.ts';
import { type CompareShape, lessThan } from '../circuits/gadgets/compare.ts';
import type { SortStage } from './program.ts';

/** AND gates of a row that take a party as long as a round of messages, on a LAN. */
const ROUND_GATES = 1 << 15;
/** Rounds of a level besides those of the comparisons: verification and opening. */
const LEVEL_ROUNDS = 32;

/** Lanes that the comparisons of a level travel in, so that one computes while the other waits. */
export const SORT_LANES = 2;
/** Fewer comparisons travel in one piece. */
const SPLIT_COMPARISONS = 1 << 17;
/** Most comparisons of a piece; its planes do not all begin in the same sets of a cache. */
const PIECE_COMPARISONS = 266240;
/** Pieces begin at whole lanes of a plane. */
const PIECE_UNIT = 128;

/** Bits that number the rows, so that no two keys are equal. */
export function tieBits(rows: number): number {
  return rows <= 1 ? 0 : (rows - 1).toString(2).length;
}

/** Bits that a sort compares: the key's, and below them the row's number. */
export function comparedBits({ key, rows }: Pick<SortStage, 'key' | 'rows'>): number {
  return keyPlanes(key).length + tieBits(rows);
}

/** A key without what it says twice: where a plane comes again, the lower place says nothing. */
export function keyPlanes(key: SortStage['key']): number[] {
  return key.filter((plane, k) => key.lastIndexOf(plane) === k);
}

/** Comparisons that take as long as the rounds of a level. */
export function levelPrice(width: number): number {
  return Math.ceil((LEVEL_ROUNDS * ROUND_GATES) / width);
}

/** Comparisons [start, start + rows) of a level. */
export interface SortPiece {
  readonly start: number;
  readonly rows: number;
}

/** How the comparisons of a level are cut; piece k travels in lane k mod {@link SORT_LANES}. */
export function sortPieces(comparisons: number): SortPiece[] {
  const lanes = comparisons < SPLIT_COMPARISONS ? 1 : SORT_LANES;
  const pieces = lanes * Math.ceil(comparisons / (lanes * PIECE_COMPARISONS));
  const most = PIECE_UNIT * Math.ceil(comparisons / pieces / PIECE_UNIT);
  return Array.from({ length: Math.ceil(comparisons / most) }, (_, k) => ({
    start: k * most,
    rows: Math.min(most, comparisons - k * most),
  }));
}

const SHAPES: readonly CompareShape[] = [
  'ripple',
  ...[48, 32, 24, 16, 8, 4].map((block) => ({ block })),
];
const circuits = new Map<string, PricedCircuit>();

interface PricedCircuit {
  readonly circuit: Circuit;
  readonly ands: number;
  readonly layers: number;
}

/**
 * x < y of unsigned numbers of `width` bits: inputs are the bits of x, LSB first, then those of y. Of all shapes the one that a level
 * of so many comparisons is soonest done with.
 */
export function comparisonCircuit(width: number, comparisons: number): Circuit {
  const pieces = sortPieces(comparisons).length;
  const waves = Math.ceil(pieces / SORT_LANES);
  const candidates = SHAPES.map((shape) => {
    const { circuit, ands, layers } = circuitOf(width, shape);
    return { circuit, price: ands * comparisons + layers * waves * ROUND_GATES };
  });
  return candidates.reduce((best, next) => (next.price < best.price ? next : best)).circuit;
}

function circuitOf(width: number, shape: CompareShape): PricedCircuit {
  const id = `${width} ${shape === 'ripple' ? shape : shape.block}`;
  const known = circuits.get(id);
  if (known !== undefined) return known;
  const b = new CircuitBuilder();
  const number = () => ({ bits: Array.from({ length: width }, () => b.input()), signed: false });
  const [x, y] = [number(), number()];
  const circuit = b.build([lessThan(b, x, y, shape)]);
  const { ands, layers } = circuitCost(circuit);
  const priced = { circuit, ands, layers: layers.length };
  circuits.set(id, priced);
  return priced;
}
