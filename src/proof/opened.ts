import { TacitError } from '../errors/tacit-error.ts';
import type { CheckShape } from '../program/checks.ts';
import { type CheckField, innerProduct, lagrangeOver } from './check-field.ts';

/** The last x, y and h of a check: shares of one party, or vectors of them by party of the committee. */
export interface Triple<T> {
  readonly x: T;
  readonly y: T;
  readonly h: T;
}

/** Who checked, and how many of them may collude. */
export interface Committee {
  readonly committee: readonly number[];
  readonly threshold: number;
}

const GATES = { and: 'AND gates', product: 'products' } as const;

/**
 * Checks what was opened: every vector of shares, by party of the committee, belongs to one polynomial of degree t (else
 * OPENING_INCONSISTENT), and x * y = h (else CHECK_FAILED).
 */
export function requireVerified(
  field: CheckField,
  { committee, threshold }: Committee,
  { x, y, h }: Triple<readonly bigint[]>,
  { kind }: Pick<CheckShape, 'kind'>,
  batch: string,
): void {
  const points = committee.map((member) => field.pointOf(member));
  const base = points.slice(0, threshold + 1);
  const valueAt = (shares: readonly bigint[], at: bigint) =>
    innerProduct(field, lagrangeOver(field, base, at), shares);
  const names = committee.map((member) => member + 1).join(', ');
  for (const shares of [x, y, h]) {
    for (const [k, point] of points.entries()) {
      if (k <= threshold || valueAt(shares, point) === shares[k]) continue;
      throw new TacitError(
        'OPENING_INCONSISTENT',
        `the shares opened at the end of the check of batch ${batch} do not belong to one value (parties ${names})`,
      );
    }
  }
  if (field.multiply(valueAt(x, 0n), valueAt(y, 0n)) === valueAt(h, 0n)) return;
  throw new TacitError(
    'CHECK_FAILED',
    `the check of batch ${batch} (${GATES[kind]}) failed: one of the parties ${names} deviated from the protocol`,
  );
}
