import type { CircuitBuilder } from '../circuits/builder.ts';
import type { Wire } from '../circuits/circuit.ts';
import { disjunction } from '../circuits/gadgets/conjunction.ts';
import type { Quotient } from './expressions/division.ts';

/** Significant bits of a quotient that are opened, and by which rows are ordered: quotients that round to different doubles stay apart. */
const LEADING_BITS = 56;

/**
 * The leading bits of a quotient above a bit that says whether anything follows. How many bits a quotient comes with depends on
 * its numerator and denominator; 1/3 and 2/6 must be equal.
 */
export function leadingBits(b: CircuitBuilder, { magnitude, inexact }: Quotient): Wire[] {
  // above[k]: whether bit k or a higher one is 1.
  let above = [...magnitude];
  for (let span = 1; span < magnitude.length; span *= 2) {
    above = above.map((bit, k) => b.or(bit, above[k + span] ?? b.zero));
  }
  const beyond = magnitude.map((_, k) => above[k + LEADING_BITS] ?? b.zero);
  const cut = magnitude.map((bit, k) => b.and(bit, beyond[k] ?? b.zero));
  return [
    disjunction(b, [inexact, ...cut]),
    ...magnitude.map((bit, k) => b.xor(bit, cut[k] ?? b.zero)),
  ];
}
