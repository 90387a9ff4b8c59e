import { encodingFor } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { operandsOf, type Scalar } from '../logical/scalar.ts';
import type { RowsNode } from './plan.ts';

/** Widest number of a circuit over stored rows: each of its gates is computed for every row. */
export const STORED_BITS_MAX = 128;
/** Widest number of a circuit over candidate rows, of which there are few. */
export const CANDIDATE_BITS_MAX = 512;

/** Throws SQL_OVERFLOW if a number inside the expression might not fit a circuit over these rows. */
export function requireBooleanWidth(scalar: Scalar, rows: RowsNode | 'rows'): void {
  for (const operand of operandsOf(scalar)) requireBooleanWidth(operand, rows);
  // Ratios have no bits of their own; texts are as wide as they were declared.
  if (scalar.kind === 'ratio' || scalar.bytes !== undefined) return;
  const few = rows !== 'rows' && rows.kind === 'collect';
  const max = few ? CANDIDATE_BITS_MAX : STORED_BITS_MAX;
  const { width } = encodingFor(scalar.bounds);
  if (width <= max) return;
  const where = few ? 'each group' : 'each row';
  throw new TacitError(
    'SQL_OVERFLOW',
    `by the declared bounds this value needs ${width} bits; circuits over ${where} compute with at most ${max}`,
    scalar.at,
  );
}
