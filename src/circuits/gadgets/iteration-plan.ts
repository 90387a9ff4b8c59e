import { invariant } from '../../errors/tacit-error.ts';
import { type ShapeCost, sumCost, treeDepth } from './shapes.ts';

/** Reciprocals by table: values[i] / 2^fractionBits <= 1/d for d from (2^t + i) / 2^(t+1) to the next. */
export interface Seed {
  /** t: bits of d behind its highest that choose the entry. */
  readonly indexBits: number;
  readonly fractionBits: number;
  readonly values: readonly bigint[];
  /** 1 - d x lies in [0, 2^-zeros). */
  readonly zeros: number;
}

export interface IterationPlan {
  readonly quotientBits: number;
  readonly seed: Seed;
  readonly iterations: number;
  /** Places behind the point of the quotient's estimate. */
  readonly guard: number;
}

/** A table has 2^(zeros + 1) entries, and one AND for each. */
const SEED_ZEROS_MAX = 9;

/**
 * Chooses table, iterations and guard bits such that the estimate of a quotient below
 * 2^quotientBits is less than 1 below it.
 *
 * The product over all but the first `iterations` factors is left out: 2^-(zeros 2^iterations) of
 * the quotient, at most 1/8. In units of the last guard place: cutting the dividend, and each
 * product, drops less than one unit for each of its rows, of which it has no more than places; an
 * error of e counts once more through the factor 1 + e; all are enlarged by the later factors,
 * together less than 1 / (1 - 2^-zeros). The sum must be at most 3/4.
 */
export function planIterations(quotientBits: number): IterationPlan {
  let iterations = 0;
  const zerosFor = () => Math.ceil((quotientBits + 3) / 2 ** iterations);
  while (zerosFor() > SEED_ZEROS_MAX) iterations += 1;
  const seed = makeSeed(Math.max(2, zerosFor()));
  for (let guard = 1; ; guard += 1) {
    const rows = quotientBits + guard + 1;
    const units = seed.fractionBits + 6 + 2 * iterations * rows;
    const enlarged = units / (1 - 2 ** -seed.zeros);
    if (enlarged <= 0.75 * 2 ** guard) return { quotientBits, seed, iterations, guard };
  }
}

/** What `divideByIteration` costs; estimated within 15 % of its ANDs and 10 % of its depth. */
export function iterationCost(divisorBits: number, quotientBits: number): ShapeCost {
  const { seed, iterations, guard } = planIterations(quotientBits);
  const kept = quotientBits + guard;
  const high = Math.min(divisorBits, kept);
  const add = (width: number) => sumCost(width, 'prefix');
  const digits = Math.ceil(Math.log2(Math.max(2, divisorBits)) / 2);
  const levels = Math.ceil(Math.log2(Math.max(2, divisorBits)));
  let ands = (divisorBits / 2) * levels + 3 * digits * (high + kept) + 2 ** seed.indexBits;
  let depth = levels + digits + Math.ceil(Math.log2(seed.indexBits)) + 1;
  const product = (partials: number, rows: number, width: number) => {
    ands += 2 * partials + add(width).ands;
    return 1 + treeDepth(rows) + add(width).depth;
  };
  const seedBits = seed.fractionBits + 1;
  depth += product(seedBits * high, seedBits, high + seedBits);
  product(seedBits * kept, seedBits, kept);
  for (let step = 0, zeros = seed.zeros; step < iterations; step += 1, zeros *= 2) {
    const side = Math.max(0, kept - zeros);
    const last = product((side * side) / 2, side, kept);
    const next = Math.max(0, kept - 2 * zeros);
    depth += step + 1 < iterations ? product((next * next) / 4, next / 2, next) : last;
  }
  const width = divisorBits + 1;
  const cut = Math.max(0, width - quotientBits);
  depth += product((width * width - cut * cut) / 2, Math.min(quotientBits, divisorBits), width) + 2;
  ands += add(width).ands + divisorBits + add(quotientBits).ands / 2 + quotientBits;
  return { ands: Math.round(ands), depth };
}

function makeSeed(zeros: number): Seed {
  const indexBits = zeros + 1;
  for (let fractionBits = zeros; ; fractionBits += 1) {
    invariant(fractionBits < 3 * indexBits, 'no table of reciprocals');
    const unit = indexBits + 1 + fractionBits;
    const cells = Array.from({ length: 2 ** indexBits }, (_, i) => BigInt(2 ** indexBits + i));
    const values = cells.map((cell) => (1n << BigInt(unit)) / (cell + 1n));
    const limit = 1n << BigInt(unit - zeros);
    const fits = cells.every((cell, i) => (1n << BigInt(unit)) - cell * values[i]! < limit);
    if (fits) return { indexBits, fractionBits, values, zeros };
  }
}
