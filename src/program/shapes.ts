import { planeBytes } from '../field/planes.ts';
import type { WideNumber } from './program.ts';

/**
 * Row ranges of a chunk for bit injection: group q is dealt by party q, so that all parties send alike. Starts are
 * multiples of 64 so that a group's bits begin at a whole word; the last group takes the rest.
 */
export function injectionGroups(
  rows: number,
): readonly { readonly start: number; readonly rows: number }[] {
  const third = Math.floor(rows / 3 / 64) * 64;
  return [
    { start: 0, rows: third },
    { start: third, rows: third },
    { start: 2 * third, rows: rows - 2 * third },
  ];
}

/** One limb to normalise: its digit stays in scalar `digit`, the rest divided by 2^bits is added to scalar `next`. */
export interface Carry {
  readonly digit: number;
  readonly next: number;
  readonly bits: number;
}

/**
 * Carries by level, lowest limbs first: those of one level do not depend on each other, and all numbers that have the
 * level take part in it.
 */
export function carryLevels(numbers: readonly WideNumber[]): Carry[][] {
  const levels: Carry[][] = [];
  for (const { limbs } of numbers) {
    limbs.slice(1).forEach((next, level) => {
      const { to, shift } = limbs[level] ?? next;
      const carries = levels[level] ?? [];
      carries.push({ digit: to, next: next.to, bits: next.shift - shift });
      levels[level] = carries;
    });
  }
  return levels;
}

/** Bits of the widest digit of a level: what the level's conversion is built for. */
export function widestDigit(carries: readonly Carry[]): number {
  return carries.reduce((widest, { bits }) => Math.max(widest, bits), 0);
}

/** Bits of a rank among `rows` rows. */
export function rankBits(rows: number): number {
  return rows.toString(2).length;
}

/** Comparisons of a rank that run at a time; a bound on its memory. */
const POSITIONS_MAX = 1 << 20;

/**
 * How the rows*rows comparisons of a rank lie in planes: for each row j, in ranges run one after another, a piece of whole
 * bytes with one bit for every row i.
 */
export interface RankLayout {
  readonly pieceBytes: number;
  readonly ranges: readonly { readonly start: number; readonly rows: number }[];
}

export function rankLayout(rows: number): RankLayout {
  const pieceBytes = Math.ceil(rows / 8);
  const most = Math.max(1, Math.floor(POSITIONS_MAX / (8 * pieceBytes)));
  const ranges = Array.from({ length: Math.ceil(rows / most) }, (_, k) => ({
    start: k * most,
    rows: Math.min(most, rows - k * most),
  }));
  return { pieceBytes, ranges };
}

/** A halving of a fold: bytes of an item in a plane afterwards, or (`shift` > 0) by how many bits its one byte is shifted. */
export interface FoldLevel {
  readonly bytes: number;
  readonly shift: number;
}

/** Halvings that bring the words of `rows` rows, `bytes` bytes per item and plane, down to one. */
export function foldLevels(bytes: number, rows: number): FoldLevel[] {
  const levels: FoldLevel[] = [];
  let left = bytes;
  while (left > 1) {
    left = Math.ceil(left / 2);
    levels.push({ bytes: left, shift: 0 });
  }
  for (const shift of [4, 2, 1]) if (bytes > 1 || rows > shift) levels.push({ bytes: 1, shift });
  return levels;
}

/**
 * Bytes that travel for each AND of a layer over `rows` rows: planes of few rows without their padding, others as they are.
 */
export function andBytes(rows: number): number {
  return rows < 128 ? Math.ceil(rows / 8) : planeBytes(rows);
}

/** Bytes of one component of an opened plane: no more than its rows need. */
export function resultPlaneBytes(rows: number): number {
  return Math.ceil(rows / 8);
}

/** Rows to which parts of a relation are padded, so that each begins at a whole lane of every plane. */
export function alignedRows(rows: number): number {
  return Math.ceil(rows / 128) * 128;
}

/** Rows of a relation kept of a stored table, or of relations one after another: each part begins at a multiple of 128. */
export function keptRows(parts: readonly { readonly rows: number }[]): number {
  return parts.reduce((start, { rows }) => alignedRows(start) + rows, 0);
}
