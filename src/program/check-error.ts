import { type CheckShape, gateWords } from './checks.ts';
import type { Program } from './program.ts';

/** Errors are added up in units of 2^-160, each rounded up. */
const UNIT_BITS = 160n;
/** The collision resistance of SHA-256, on which the coins rest: no sum of checks is better than that. */
const HASH_BITS = 128;

const PRIME = (1n << 61n) - 1n;
const BINARY = 1n << 64n;

/**
 * The least whole number b for which the probability that all these checks pass although something is wrong is proven to be at
 * most 2^b; whole numbers, so that every machine finds the same. Per batch, over a field K [GSZ20]:
 *
 * - the weights of the first coin: a polynomial of degree 2 for products (block times place), of degree M for AND gates in M groups of
 *   words (powers of alpha, times omega), all of them not zero there: 2 / |K|, M / (|K| - 1);
 * - each level of v variables: two different polynomials of degree 2 in each agree at a coin (Schwartz, Zippel): 2v / |K|;
 * - the last step: 2 / (|K| - 2), as its coin is neither 0 nor 1.
 *
 * A shuffle whose rows or tags were changed passes if the key makes up for the change, or the weights for what is left: 2 / 2^64.
 *
 * The errors add up. Coins are hashes of preimages that every party fixed beforehand; the bound treats SHA-256 and
 * AES as ideal, and is never better than 2^-128.
 */
export function errorBoundLog2(shapes: readonly CheckShape[], shuffles = 0): number {
  const inShuffles = fraction(2 * shuffles, BINARY);
  const units = shapes.reduce((sum, shape) => sum + errorOf(shape), inShuffles);
  let bits = 0;
  while (1n << BigInt(bits) < units) bits++;
  return Math.max(bits - Number(UNIT_BITS), -HASH_BITS);
}

function errorOf({ kind, size, bitVariables, levels }: CheckShape): bigint {
  const field = kind === 'and' ? BINARY : PRIME;
  const groups = Math.ceil(gateWords(size) / 2 ** bitVariables);
  const weights = kind === 'and' ? fraction(groups, field - 1n) : fraction(2, field);
  const variables = levels.reduce((sum, v) => sum + v, bitVariables);
  return weights + fraction(2 * variables, field) + fraction(2, field - 2n);
}

/** n / d in units, rounded up. */
function fraction(n: number, d: bigint): bigint {
  return ((BigInt(n) << UNIT_BITS) + d - 1n) / d;
}

/** How many shuffles a program runs, those of sorts and routes included. */
export function shufflesOf({ stages }: Pick<Program, 'stages'>): number {
  return stages.filter(
    (stage) =>
      stage.kind === 'shuffle' ||
      stage.kind === 'route' ||
      (stage.kind === 'sort' && stage.method === 'quick'),
  ).length;
}
