import type { CheckKind } from '../program/checks.ts';
import { BINARY_FIELD } from './binary-field.ts';
import type { CheckField } from './check-field.ts';
import { PRIME_FIELD } from './prime-field.ts';

/** The field over which batches of a kind are verified. */
export function fieldOf(kind: CheckKind): CheckField {
  return kind === 'and' ? BINARY_FIELD : PRIME_FIELD;
}
