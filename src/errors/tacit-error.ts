import { ERRORS, type ErrorCode } from './registry.ts';

/** Where in a SQL text something is: both 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The only error type that crosses a module boundary. The code says what kind of failure it is
 * and who must react ({@link ERRORS}); the message says what, where and what to do. A message never
 * contains a value of a row or a share.
 */
export class TacitError extends Error {
  readonly code: ErrorCode;
  readonly position: Position | undefined;

  constructor(code: ErrorCode, message: string, position?: Position, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TacitError';
    this.code = code;
    this.position = position;
  }

  get blame(): (typeof ERRORS)[ErrorCode]['blame'] {
    return ERRORS[this.code].blame;
  }
}

/** Throws TACIT_INVARIANT when our own reasoning turned out wrong; never reachable by user input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new TacitError('TACIT_INVARIANT', `internal error: ${message}`);
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never, where: string): never {
  throw new TacitError(
    'TACIT_INVARIANT',
    `internal error: unexpected ${String(value)} in ${where}`,
  );
}
