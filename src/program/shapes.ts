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
