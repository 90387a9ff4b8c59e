import type { AdmittedQuery, QueryAnswer, QueryProgress } from '../../src/engine/query.ts';
import { ERRORS, type ErrorCode } from '../../src/errors/registry.ts';
import { type Position, TacitError } from '../../src/errors/tacit-error.ts';

/** From the party's main thread to its engine thread. */
export type ToEngine =
  | { readonly kind: 'addresses'; readonly exchange: readonly string[] }
  | { readonly kind: 'query'; readonly call: number; readonly request: AdmittedQuery }
  | { readonly kind: 'cancel'; readonly call: number }
  | { readonly kind: 'progress'; readonly call: number; readonly requestId: string }
  | { readonly kind: 'ping'; readonly call: number }
  | { readonly kind: 'stop' };

/** From the engine thread back. */
export type FromEngine =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly error: PlainError }
  | { readonly kind: 'pong'; readonly call: number }
  | {
      readonly kind: 'progress';
      readonly call: number;
      readonly progress: QueryProgress | undefined;
    }
  | { readonly kind: 'answer'; readonly call: number; readonly answer: QueryAnswer }
  | { readonly kind: 'failure'; readonly call: number; readonly error: PlainError };

/** A TacitError as a message between threads (structured clone would lose its class). */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly position: Position | undefined;
}

/** A foreign error loses its text on the way: it might quote data. */
export function toPlain(error: unknown): PlainError {
  if (error instanceof TacitError) {
    return { code: error.code, message: error.message, position: error.position };
  }
  const message = 'internal error in the engine; the log of this party says where';
  return { code: 'TACIT_INVARIANT', message, position: undefined };
}

export function fromPlain({ code, message, position }: PlainError): TacitError {
  return new TacitError(code in ERRORS ? code : 'TACIT_INVARIANT', message, position);
}
