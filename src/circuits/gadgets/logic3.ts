import type { CircuitBuilder } from '../builder.ts';
import type { Wire } from '../circuit.ts';

/**
 * A truth value of SQL's three-valued logic; unknown if neither wire is 1. Both are never 1
 * together. Without NULLs isFalse is the negation of isTrue, and hash-consing makes every
 * connective cost one AND.
 */
export interface Truth {
  readonly isTrue: Wire;
  readonly isFalse: Wire;
}

/** A truth value that is never unknown. 0 ANDs. */
export function truthOf(b: CircuitBuilder, value: Wire): Truth {
  return { isTrue: value, isFalse: b.not(value) };
}

/**
 * `value`, or unknown where isNull is 1, whatever `value` is there. 1 AND, depth 1; 0 if isNull is
 * constant.
 */
export function fromNullable(b: CircuitBuilder, value: Wire, isNull: Wire): Truth {
  const isKnown = b.not(isNull);
  const isTrue = b.and(value, isKnown);
  return { isTrue, isFalse: b.xor(isKnown, isTrue) };
}

/** x AND y. 2 ANDs (1 without NULLs), depth 1. */
export function and3(b: CircuitBuilder, x: Truth, y: Truth): Truth {
  return { isTrue: b.and(x.isTrue, y.isTrue), isFalse: b.or(x.isFalse, y.isFalse) };
}

/** x OR y. 2 ANDs (1 without NULLs), depth 1. */
export function or3(b: CircuitBuilder, x: Truth, y: Truth): Truth {
  return { isTrue: b.or(x.isTrue, y.isTrue), isFalse: b.and(x.isFalse, y.isFalse) };
}

/** NOT x. 0 ANDs. */
export function not3(_b: CircuitBuilder, x: Truth): Truth {
  return { isTrue: x.isFalse, isFalse: x.isTrue };
}

/** x IS NULL: 1 exactly if x is unknown. 0 ANDs. */
export function isNull3(b: CircuitBuilder, x: Truth): Wire {
  return b.not(b.xor(x.isTrue, x.isFalse));
}
