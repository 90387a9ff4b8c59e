import { encodingFor } from '../../catalog/types.ts';
import { TacitError } from '../../errors/tacit-error.ts';
import { operandsOf, type Scalar } from '../logical/scalar.ts';

/** Widest number of a Boolean circuit. */
export const BOOLEAN_BITS_MAX = 128;

/** Throws SQL_OVERFLOW if a number inside the condition might not fit 128 bits. */
export function requireBooleanWidth(scalar: Scalar): void {
  for (const operand of operandsOf(scalar)) requireBooleanWidth(operand);
  if (encodingFor(scalar.bounds).width <= BOOLEAN_BITS_MAX) return;
  throw new TacitError(
    'SQL_OVERFLOW',
    `by the declared bounds this value needs ${encodingFor(scalar.bounds).width} bits; conditions compute with at most ${BOOLEAN_BITS_MAX}`,
    scalar.at,
  );
}
