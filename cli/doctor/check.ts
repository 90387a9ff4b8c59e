import { ERRORS } from '../../src/errors/registry.ts';
import type { TacitError } from '../../src/errors/tacit-error.ts';

/** One thing that was looked at. */
export interface Check {
  readonly check:
    | 'key'
    | 'control'
    | 'engine'
    | 'identity'
    | 'consortium'
    | 'version'
    | 'disk'
    | 'clocks'
    | 'link'
    | 'exchange';
  readonly ok: boolean;
  /** Who or what it is about. */
  readonly subject: string;
  /** What was found. */
  readonly detail: string;
  /** What to do about it, unless all is well. */
  readonly fix?: string;
}

/** A check that a failed call answers; the registry says what to do. */
export function failed(
  check: Check['check'],
  subject: string,
  { code, message }: Pick<TacitError, 'code' | 'message'>,
  hint = '',
): Check {
  // Messages of connections start with the party's name already.
  const detail = message.startsWith(`${subject} `) ? message.slice(subject.length + 1) : message;
  return { check, ok: false, subject, detail, fix: `${ERRORS[code].fix}${hint}` };
}
