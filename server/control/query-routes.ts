import type { FastifyInstance } from 'fastify';
import { fromBase64 } from '../../src/client/base64.ts';
import { encodeDefinition } from '../../src/client/definition-codec.ts';
import type { QueryRequest } from '../../src/engine/query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ControlDeps } from './control-deps.ts';
import { jobRoutes, memberOf, whenAbandoned } from './job-routes.ts';
import { allow } from './principal.ts';
import { QueryDesk } from './query-desk.ts';
import { QUERY_BODY, QUERY_STATE_REPLY, SUBMIT_QUERY } from './query-schemas.ts';
import { HEALTH_REPLY, TABLES_REPLY } from './schemas.ts';

/** SQL has its own, smaller limit with a better message in the parser. */
const QUERY_BYTES_MAX = 4 * 1024 * 1024;

interface QueryBody extends Omit<QueryRequest, 'analystKey'> {
  readonly analystKey: string;
}

/** The analysts' routes, the catalog and the health check. */
export function queryRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { authenticate, engine, security, self, store, version } = deps;
  const desk = new QueryDesk(engine, deps.log);
  const onRequest = allow(authenticate, ['analyst']);

  app.post<{ Body: QueryBody; Querystring: { wait?: '1' } }>(
    '/v1/queries',
    {
      onRequest,
      bodyLimit: QUERY_BYTES_MAX,
      schema: {
        body: QUERY_BODY,
        querystring: SUBMIT_QUERY,
        response: { 202: QUERY_STATE_REPLY },
      },
    },
    async (request, reply) => {
      const { requestId } = request.body;
      const who = memberOf(authenticate(request));
      const analystKey = fromBase64(request.body.analystKey);
      if (analystKey === undefined) {
        throw new TacitError('REQUEST_INVALID', 'analystKey is not base64 of 32 bytes');
      }
      desk.submit({ ...request.body, analystKey }, who);
      if (request.query.wait === undefined) {
        return reply.status(202).send({ requestId, state: 'queued' });
      }
      const abandoned = whenAbandoned(reply);
      if (abandoned.aborted) desk.cancel(requestId, who);
      abandoned.addEventListener('abort', () => desk.cancel(requestId, who));
      reply.raw.once('finish', () => desk.delivered(requestId));
      return reply.type('application/json').send(await desk.answer(requestId, who));
    },
  );

  jobRoutes(app, desk, authenticate);

  app.get(
    '/v1/tables',
    {
      onRequest: allow(authenticate, ['owner', 'analyst', 'admin']),
      schema: { response: { 200: TABLES_REPLY } },
    },
    async () => ({
      tables: store.tables().map(({ definition, parts, digest, number }) => ({
        definition: encodeDefinition(definition),
        parts,
        digest,
        number,
      })),
    }),
  );

  app.get('/v1/health', { schema: { response: { 200: HEALTH_REPLY } } }, async (request) => {
    authenticate(request);
    await engine.alive();
    return { party: self, version, security };
  });
}
