import type { FastifyInstance, FastifyReply } from 'fastify';
import { fromBase64 } from '../../src/client/base64.ts';
import { encodeDefinition } from '../../src/client/definition-codec.ts';
import { encodeAnswer } from '../../src/client/query/answer-codec.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ControlDeps } from './control-deps.ts';
import { allow } from './principal.ts';
import { HEALTH_REPLY, QUERY_BODY, TABLES_REPLY } from './schemas.ts';

/** SQL has its own, smaller limit with a better message in the parser. */
const QUERY_BYTES_MAX = 4 * 1024 * 1024;

/** The analysts' routes, the catalog and the health check. */
export function queryRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { authenticate, engine, self, store, version } = deps;

  app.post<{ Body: { requestId: string; sql: string; analystKey: string } }>(
    '/v1/queries',
    {
      onRequest: allow(authenticate, ['analyst']),
      bodyLimit: QUERY_BYTES_MAX,
      schema: { body: QUERY_BODY },
    },
    async (request, reply) => {
      const { requestId, sql } = request.body;
      const analystKey = fromBase64(request.body.analystKey);
      if (analystKey === undefined) {
        throw new TacitError('REQUEST_INVALID', 'analystKey is not base64 of 32 bytes');
      }
      const started = performance.now();
      const answer = await engine.query({ requestId, sql, analystKey }, whenAbandoned(reply));
      const ms = Math.round(performance.now() - started);
      request.log.info({ requestId, ms, rounds: answer.stats.rounds }, 'query answered');
      return reply.type('application/json').send(encodeAnswer(answer));
    },
  );

  app.get(
    '/v1/tables',
    {
      onRequest: allow(authenticate, ['owner', 'analyst', 'admin']),
      schema: { response: { 200: TABLES_REPLY } },
    },
    async () => ({
      tables: store.tables().map(({ definition, parts, digest }) => ({
        definition: encodeDefinition(definition),
        parts,
        digest,
      })),
    }),
  );

  app.get('/v1/health', { schema: { response: { 200: HEALTH_REPLY } } }, async (request) => {
    authenticate(request);
    await engine.alive();
    return { party: self, version, security: 'passive' };
  });
}

/** Aborted when the client goes away before it has its answer. */
function whenAbandoned(reply: FastifyReply): AbortSignal {
  const abandoned = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) abandoned.abort();
  });
  return abandoned.signal;
}
