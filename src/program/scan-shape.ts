import type { Circuit } from '../circuits/circuit.ts';
import { andsOf } from './account.ts';

/** Lanes that the combinations of a scan travel in, so that one computes while the other waits. */
export const SCAN_LANES = 2;
/** Fewer combinations travel in one piece. */
const SPLIT_ROWS = 1 << 15;
/** Most combinations of a piece; its planes do not all begin in the same sets of a cache. */
const PIECE_ROWS = 66_560;
/** Pieces begin at whole bytes of everything that they are made of. */
const PIECE_UNIT = 1024;
/** Twice the AND gates that take a party as long as a round of messages, on a LAN. */
const TWO_ROUNDS_GATES = 1 << 16;

/**
 * How a scan over `rows` rows goes [BK82]: words are combined in pairs, which halves them, as long as that saves time; the scan of what
 * is left is made by doubling (row r with row r - 1, then with r - 2, r - 4, ...) [KS73]; then every halving is undone by combining
 * the words between. 2 n combinations in all.
 */
export interface ScanShape {
  /** Rows before each halving. */
  readonly halved: readonly number[];
  /** Rows of the scan in the middle, and the distances of its levels. */
  readonly rows: number;
  readonly distances: readonly number[];
}

export function scanShape(rows: number, combine: Circuit): ScanShape {
  const halved: number[] = [];
  let left = rows;
  const price = Math.max(1, andsOf(combine));
  while (left > 2 && left * price * (Math.ceil(Math.log2(left)) - 1) > TWO_ROUNDS_GATES) {
    halved.push(left);
    left = Math.floor(left / 2);
  }
  const distances: number[] = [];
  for (let distance = 1; distance < left; distance *= 2) distances.push(distance);
  return { halved, rows: left, distances };
}

/** Pairs of words that a halving of `rows` rows combines. */
export function pairsOf(rows: number): number {
  return Math.floor(rows / 2);
}

/** Words between those of the halved rows, which are combined to undo the halving: row 2, 4, ... */
export function betweenOf(rows: number): number {
  return Math.ceil(rows / 2) - 1;
}

/** Combinations of each run of the circuit, one run after another. */
export function scanRuns({ halved, rows, distances }: ScanShape): number[] {
  return [...halved.map(pairsOf), ...distances.map(() => rows), ...halved.map(betweenOf).reverse()];
}

/** Combinations [start, start + rows) of a run. */
export interface ScanPiece {
  readonly start: number;
  readonly rows: number;
}

/** How a run is cut; piece k travels in lane k mod {@link SCAN_LANES}. */
export function scanPieces(rows: number): ScanPiece[] {
  const lanes = rows < SPLIT_ROWS ? 1 : SCAN_LANES;
  const pieces = lanes * Math.ceil(rows / (lanes * PIECE_ROWS));
  const most = PIECE_UNIT * Math.ceil(rows / pieces / PIECE_UNIT);
  return Array.from({ length: Math.ceil(rows / most) }, (_, k) => ({
    start: k * most,
    rows: Math.min(most, rows - k * most),
  }));
}
