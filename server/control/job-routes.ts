import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { Principal } from '../identity/consortium.ts';
import { type Authenticate, allow } from './principal.ts';
import type { Member, QueryDesk, QueryState } from './query-desk.ts';
import { QUERY_PARAMS, QUERY_STATE_REPLY } from './query-schemas.ts';

/** Longest wait of one request for an answer; proxies cut longer silences. */
const POLL_MS = 25_000;

/** What becomes of a query that was submitted: its state, its answer, and its end before time. */
export function jobRoutes(app: FastifyInstance, desk: QueryDesk, authenticate: Authenticate): void {
  const member = (request: FastifyRequest) => memberOf(authenticate(request));

  app.get<{ Params: { id: string } }>(
    '/v1/queries/:id',
    {
      onRequest: allow(authenticate, ['analyst', 'admin']),
      schema: { params: QUERY_PARAMS, response: { 200: QUERY_STATE_REPLY } },
    },
    async (request) =>
      describe(request.params.id, await desk.state(request.params.id, member(request))),
  );

  app.get<{ Params: { id: string } }>(
    '/v1/queries/:id/answer',
    {
      onRequest: allow(authenticate, ['analyst']),
      schema: { params: QUERY_PARAMS, response: { 202: QUERY_STATE_REPLY } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const who = member(request);
      const stop = new AbortController();
      const late = wait(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      whenAbandoned(reply).addEventListener('abort', () => stop.abort());
      const answer = await desk.answer(id, who, late);
      stop.abort();
      if (answer !== undefined) return reply.type('application/json').send(answer);
      return reply.status(202).send(describe(id, await desk.state(id, who)));
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/v1/queries/:id',
    {
      onRequest: allow(authenticate, ['analyst', 'admin']),
      schema: { params: QUERY_PARAMS },
    },
    async (request, reply) => {
      desk.cancel(request.params.id, member(request));
      return reply.status(204).send();
    },
  );
}

/** Aborted when the client goes away before it has its answer. */
export function whenAbandoned(reply: FastifyReply): AbortSignal {
  const abandoned = new AbortController();
  const look = () => {
    if (!reply.raw.writableFinished) abandoned.abort();
  };
  if (reply.raw.destroyed) look();
  else reply.raw.once('close', look);
  return abandoned.signal;
}

/** Who passed {@link allow} is a member. */
export function memberOf(principal: Principal): Member {
  if (principal.kind === 'member') return principal;
  throw new TacitError('AUTH_DENIED', 'only members of the consortium ask queries');
}

/** A state as JSON. */
function describe(requestId: string, state: QueryState): object {
  if (!('error' in state)) return { requestId, ...state };
  const { code, message, position } = state.error;
  const error = { code, message, line: position?.line, column: position?.column };
  return { requestId, state: state.state, error };
}
