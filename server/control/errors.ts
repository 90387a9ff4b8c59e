import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS } from '../../src/errors/registry.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { describeError, failureLevel } from '../log.ts';

/** `{error: {code, message, line, column}}` with the registry's HTTP status, for every failure. */
export function installErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) =>
    answer(toTacitError(error), error, request, reply),
  );
  app.setNotFoundHandler((request, reply) => {
    const error = new TacitError('REQUEST_INVALID', `no route ${request.method} ${request.url}`);
    return answer(error, error, request, reply);
  });
}

function answer(
  shown: TacitError,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const route = request.routeOptions.url ?? 'unknown';
  request.log[failureLevel(shown)]({ route, error: describeError(thrown) }, 'request failed');
  const { code, message, position } = shown;
  return reply
    .status(ERRORS[code].status)
    .send({ error: { code, message, line: position?.line, column: position?.column } });
}

/** Errors of Fastify itself are the caller's; anything unknown is ours and its text stays here. */
export function toTacitError(error: unknown): TacitError {
  if (error instanceof TacitError) return error;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof Error && typeof code === 'string' && code.startsWith('FST_')) {
    const status: unknown = 'statusCode' in error ? error.statusCode : undefined;
    if (typeof status === 'number' && status < 500) {
      return new TacitError('REQUEST_INVALID', error.message);
    }
  }
  return new TacitError('TACIT_INVARIANT', 'internal error; the log of this party says where');
}
