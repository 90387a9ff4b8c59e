import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { addBits } from './carry.ts';
import { Columns } from './columns.ts';
import { decode } from './decode.ts';
import type { Division } from './division.ts';
import { increment } from './increment.ts';
import { type IterationPlan, planIterations, type Seed } from './iteration-plan.ts';
import { type Distance, highestOne, moveUp } from './shift.ts';

/**
 * n / d in logarithmic depth, both unsigned and LSB first, for a quotient below 2^quotientBits; any
 * bits where d is 0. Goldschmidt's iteration (1964): with d scaled into [1/2, 1) and a table's x
 * below 1/d, e = 1 - d x is small, and n / d = n x (1 + e) (1 + e^2) (1 + e^4) ... Everything is
 * rounded down and with guard bits, so that the estimate is the quotient or one less; the
 * remainder decides. Depth and ANDs: see `iterationCost`.
 */
export function divideByIteration(
  b: CircuitBuilder,
  n: readonly Wire[],
  d: readonly Wire[],
  quotientBits: number,
): Division {
  return divideScaled(b, n, d, quotientBits, highestOne(b, d, 'prefix').above);
}

/** The same, if moving d up by `zeros` makes its highest bit 1. */
export function divideScaled(
  b: CircuitBuilder,
  n: readonly Wire[],
  d: readonly Wire[],
  quotientBits: number,
  zeros: Distance,
): Division {
  const plan = planIterations(quotientBits);
  const kept = quotientBits + plan.guard;
  const high = Math.min(d.length, kept);
  const scaled = moveUp(b, d, zeros, d.length - high, high);
  const dividend = moveUp(b, n, zeros, d.length - plan.guard, kept);
  const seed = lookUp(b, scaled, plan.seed);
  const estimate = iterate(
    b,
    dividend,
    residue(b, scaled, seed, plan, d.length > high),
    seed,
    plan,
  );
  return correct(b, n, d, estimate.slice(plan.guard));
}

/** A fraction: bit 0 has the weight 2^low. */
interface Fixed {
  readonly bits: readonly Wire[];
  readonly low: number;
}

/** The table's x below 1/d, from the bits of d behind its highest. */
function lookUp(b: CircuitBuilder, scaled: readonly Wire[], seed: Seed): Fixed {
  const top = scaled.length - 1;
  const index = Array.from(
    { length: seed.indexBits },
    (_, i) => scaled[top - seed.indexBits + i] ?? b.zero,
  );
  const cells = decode(b, index, seed.values.length);
  const bits = Array.from({ length: seed.fractionBits + 1 }, (_, bit) =>
    cells.reduce(
      (sum, cell, i) => ((seed.values[i]! >> BigInt(bit)) & 1n ? b.xor(sum, cell) : sum),
      b.zero,
    ),
  );
  return { bits, low: -seed.fractionBits };
}

/** e = 1 - d x, rounded down; if d was cut, it counts as one more in its last place. */
function residue(
  b: CircuitBuilder,
  scaled: readonly Wire[],
  x: Fixed,
  { seed, quotientBits, guard }: IterationPlan,
  cut: boolean,
): Fixed {
  const low = x.low - scaled.length;
  const columns = new Columns(b, -low - seed.zeros);
  x.bits.forEach((p, i) => {
    scaled.forEach((q, j) => {
      if (i + j < -low - seed.zeros) columns.subtract(b.and(p, q), i + j);
    });
    if (cut) columns.subtract(p, i);
  });
  const drop = Math.max(0, -low - quotientBits - guard);
  return { bits: sum(b, columns).slice(drop), low: low + drop };
}

/** n x (1 + e) (1 + e^2) ... in the places of `dividend`, rounded down. */
function iterate(
  b: CircuitBuilder,
  dividend: readonly Wire[],
  residue: Fixed,
  seed: Fixed,
  { guard, iterations, quotientBits }: IterationPlan,
): readonly Wire[] {
  const width = dividend.length;
  const first = new Columns(b, width);
  addProduct(b, first, { bits: dividend, low: -guard }, seed, -guard);
  let value = sum(b, first);
  let e = residue;
  for (let step = 0; step < iterations; step += 1) {
    const columns = new Columns(b, width);
    value.forEach((bit, i) => {
      columns.add(bit, i);
    });
    addProduct(b, columns, { bits: value, low: -guard }, e, -guard);
    value = sum(b, columns);
    if (step + 1 < iterations) e = square(b, e, quotientBits + guard);
  }
  return value;
}

/** e^2 with at most that many places, rounded down. */
function square(b: CircuitBuilder, e: Fixed, places: number): Fixed {
  const low = Math.max(2 * e.low, -places);
  // The product lies below twice the zeros that e has behind the point.
  const width = 2 * (e.low + e.bits.length) - low;
  if (width <= 0) return { bits: [], low };
  const columns = new Columns(b, width);
  e.bits.forEach((p, i) => {
    for (let j = 0; j <= i; j += 1) {
      const place = 2 * e.low + i + j + (i === j ? 0 : 1) - low;
      if (place >= 0 && place < width) columns.add(b.and(p, e.bits[j]!), place);
    }
  });
  return { bits: sum(b, columns), low };
}

/** Adds x * y to columns whose lowest has the weight 2^low; what lies below is dropped. */
function addProduct(b: CircuitBuilder, columns: Columns, x: Fixed, y: Fixed, low: number): void {
  const base = x.low + y.low - low;
  x.bits.forEach((p, i) => {
    y.bits.forEach((q, j) => {
      const place = base + i + j;
      if (place >= 0 && place < columns.width) columns.add(b.and(p, q), place);
    });
  });
}

function sum(b: CircuitBuilder, columns: Columns): Wire[] {
  const [x, y] = columns.compressShallow();
  return addBits(b, x, y, 'prefix');
}

/** Quotient and remainder from an estimate that is exact or one too small. */
function correct(
  b: CircuitBuilder,
  n: readonly Wire[],
  d: readonly Wire[],
  estimate: readonly Wire[],
): Division {
  const width = d.length + 1;
  const columns = new Columns(b, width);
  n.slice(0, width).forEach((bit, i) => {
    columns.add(bit, i);
  });
  estimate.forEach((p, i) => {
    d.forEach((q, j) => {
      if (i + j < width) columns.subtract(b.and(p, q), i + j);
    });
  });
  const rows = columns.compressShallow();
  const left = addBits(b, rows[0], rows[1], 'prefix');
  const less = new Columns(b, width);
  for (const row of rows) {
    row.forEach((bit, i) => {
      less.add(bit, i);
    });
  }
  d.forEach((bit, i) => {
    less.subtract(bit, i);
  });
  const rest = sum(b, less);
  const fits = b.not(rest[width - 1]!);
  const remainder = d.map((_, i) => b.mux(fits, rest[i]!, left[i]!));
  return { quotient: increment(b, estimate, fits, 'prefix'), remainder };
}
