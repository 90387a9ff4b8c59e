import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { type BitNumber, rangeOf } from './numbers.ts';

/**
 * Whether x is one of the public values; values that x cannot take are ignored. One value of w bits
 * costs w - 1 ANDs, k values at most k times that and less by what they share; depth ceil(log2 w).
 */
export function inSet(b: CircuitBuilder, x: BitNumber, values: ReadonlySet<bigint>): Wire {
  const width = x.bits.length;
  const { min, max } = rangeOf({ width, signed: x.signed });
  const patterns = new Set<bigint>();
  for (const value of values) {
    if (min <= value && value <= max) patterns.add(BigInt.asUintN(width, value));
  }
  return member(b, x.bits, patterns);
}

/**
 * The bits are split into halves and the set becomes a 0/1 matrix, rows for the high half, columns
 * for the low half. A matrix of rank r over GF(2) is a sum of r products u(high) & v(low), where u
 * and v are sets of half the width again; sums are free, so each level costs r ANDs.
 */
function member(b: CircuitBuilder, bits: readonly Wire[], set: ReadonlySet<bigint>): Wire {
  const universe = 1n << BigInt(bits.length);
  if (set.size === 0) return b.zero;
  if (BigInt(set.size) === universe) return b.one;
  if (2n * BigInt(set.size) > universe) return b.not(member(b, bits, complement(set, universe)));
  if (bits.length === 1) return set.has(1n) ? bits[0]! : b.not(bits[0]!);
  const split = bits.length >> 1;
  const [low, high] = [bits.slice(0, split), bits.slice(split)];
  const terms = factor(matrixOf(set, split), 1n << BigInt(split));
  return terms.reduce((sum, { rows, columns }) => {
    const product = b.and(member(b, high, rows), member(b, low, columns));
    return b.xor(sum, product);
  }, b.zero);
}

function complement(set: ReadonlySet<bigint>, universe: bigint): Set<bigint> {
  const rest = new Set<bigint>();
  for (let pattern = 0n; pattern < universe; pattern += 1n) {
    if (!set.has(pattern)) rest.add(pattern);
  }
  return rest;
}

/**
 * For each high half that occurs the set of low halves beside it, as a number with one bit per
 * column.
 */
interface Matrix {
  readonly rows: ReadonlyMap<bigint, bigint>;
  /** The low half that each column stands for. */
  readonly columns: readonly bigint[];
}

function matrixOf(set: ReadonlySet<bigint>, split: number): Matrix {
  const indexOf = new Map<bigint, bigint>();
  const rows = new Map<bigint, bigint>();
  for (const pattern of [...set].sort((p, q) => (p < q ? -1 : 1))) {
    const [low, high] = [BigInt.asUintN(split, pattern), pattern >> BigInt(split)];
    const column = indexOf.get(low) ?? BigInt(indexOf.size);
    indexOf.set(low, column);
    rows.set(high, (rows.get(high) ?? 0n) | (1n << column));
  }
  return { rows, columns: [...indexOf.keys()] };
}

interface Term {
  readonly rows: Set<bigint>;
  readonly columns: Set<bigint>;
}

/**
 * Writes the matrix as a sum of products of a set of rows with a set of columns, by Gaussian
 * elimination; the columns are those of a row of the matrix, or all of them, which makes that
 * product free.
 */
function factor({ rows, columns }: Matrix, columnCount: bigint): Term[] {
  const terms: Term[] = [];
  const basis: { pivot: bigint; vector: bigint; terms: bigint }[] = [];
  const reduce = (vector: bigint) => {
    let [rest, used] = [vector, 0n];
    for (const entry of basis) {
      if ((rest & entry.pivot) === 0n) continue;
      rest ^= entry.vector;
      used ^= entry.terms;
    }
    return { rest, used };
  };
  const express = (row: bigint): bigint => {
    const { rest, used } = reduce(row);
    if (rest === 0n) return used;
    const term = 1n << BigInt(terms.length);
    basis.push({ pivot: rest & -rest, vector: rest, terms: used ^ term });
    terms.push({ rows: new Set(), columns: new Set(onesOf(row).map((i) => columns[i]!)) });
    return term;
  };
  if (BigInt(columns.length) === columnCount) express((1n << columnCount) - 1n);
  for (const [high, row] of rows) {
    for (const i of onesOf(express(row))) terms[i]!.rows.add(high);
  }
  return terms;
}

/** The positions of the ones in a number. */
function onesOf(value: bigint): number[] {
  const digits = value.toString(2);
  const ones: number[] = [];
  for (let i = 0; i < digits.length; i += 1) if (digits.at(-1 - i) === '1') ones.push(i);
  return ones;
}
