import { inv, mod } from '../field/p61.ts';
import { pointOf } from './shamir.ts';

/**
 * Replicated sharing for three parties [AFLNO16]: x = x_0 + x_1 + x_2 (XOR for bits, addition in F_p), party i
 * holds component i ("left") and component i + 1 ("right"). Component c is unknown to party c + 1 only.
 */

/** The neighbour that lacks a party's left component is `right`; the one that lacks its right one is `left`. */
export function leftOf(party: number): number {
  return (party + 2) % 3;
}

export function rightOf(party: number): number {
  return (party + 1) % 3;
}

/**
 * Value at a party's point of the line that is 1 at 0 and 0 at the point of the party lacking `component` [CDI05]:
 * sum over components of x_c * f_c(i) is party i's Shamir share of x, locally.
 */
export function componentWeight(component: number, party: number): bigint {
  const missing = pointOf(rightOf(component));
  return mod(1n - pointOf(party) * inv(missing));
}
