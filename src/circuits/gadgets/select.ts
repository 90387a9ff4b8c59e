import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';
import { type BitNumber, constantNumber, extend, type NumberEncoding, recode } from './numbers.ts';

/**
 * condition ? x : y in the encoding `to`, which holds both. 1 AND per bit in which they can differ,
 * depth 1.
 */
export function select(
  b: CircuitBuilder,
  condition: Wire,
  x: BitNumber,
  y: BitNumber,
  to: NumberEncoding,
): BitNumber {
  const [xs, ys] = [extend(b, x, to.width), extend(b, y, to.width)];
  return { bits: xs.map((bit, i) => b.mux(condition, bit, ys[i]!)), signed: to.signed };
}

/** One WHEN ... THEN ... of a CASE; without a value its bits may be any. */
export interface Branch {
  readonly condition: Wire;
  readonly value: BitNumber | undefined;
}

/**
 * The value of the first branch whose condition is 1, else `otherwise`, in the encoding `to`, which
 * holds all of them. k branches of w bits cost k*w ANDs and fewer than k more, depth ceil(log2(k +
 * 1)).
 */
export function caseWhen(
  b: CircuitBuilder,
  branches: readonly Branch[],
  otherwise: BitNumber | undefined,
  to: NumberEncoding,
): BitNumber {
  const { value } = firstOf(b, [...branches, { condition: b.one, value: otherwise }], to);
  return value ?? constantNumber(b, 0n, to);
}

/**
 * The first taken branch, and whether any is, by halves: the left half wins if one of its branches
 * is taken.
 */
function firstOf(b: CircuitBuilder, branches: readonly Branch[], to: NumberEncoding): Branch {
  if (branches.length === 1) {
    const [{ condition, value }] = branches as readonly [Branch];
    return { condition, value: value && recode(b, value, to) };
  }
  const half = Math.floor(branches.length / 2);
  const left = firstOf(b, branches.slice(0, half), to);
  const right = firstOf(b, branches.slice(half), to);
  return {
    condition: b.or(left.condition, right.condition),
    value:
      left.value && right.value
        ? select(b, left.condition, left.value, right.value, to)
        : (left.value ?? right.value),
  };
}
