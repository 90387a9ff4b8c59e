import type { Wire } from '../circuit.ts';

/** Unsigned, LSB first. */
export interface Division {
  readonly quotient: readonly Wire[];
  /** Less than the divisor and no wider. */
  readonly remainder: readonly Wire[];
}
