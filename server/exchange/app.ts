import type { ServerOptions } from 'node:https';
import type { Readable } from 'node:stream';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { installErrorHandling } from '../control/errors.ts';
import type { Authenticate } from '../control/principal.ts';
import { logRefusedHandshakes } from '../refused-handshakes.ts';
import { probeRoute } from './probe-route.ts';

export interface ExchangeDeps {
  readonly authenticate: Authenticate;
  /** Takes the frames that party `from` streams for a request; resolves at the end of the stream. */
  readonly accept: (requestId: string, from: number, stream: Readable) => Promise<void>;
  readonly log: FastifyBaseLogger;
  readonly https?: ServerOptions;
}

const REQUEST_PARAMS = {
  type: 'object',
  required: ['requestId'],
  properties: { requestId: { type: 'string', pattern: '^[0-9a-f]{32}$' } },
} as const;

/** The exchange server of one party: one long-lived streaming POST per peer and query. */
export function buildExchangeServer(deps: ExchangeDeps): FastifyInstance {
  const options = {
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  } as const;
  const app: FastifyInstance = deps.https
    ? (Fastify({ ...options, https: deps.https }) as unknown as FastifyInstance)
    : Fastify(options);
  installErrorHandling(app);
  logRefusedHandshakes(app, deps.log);
  // The body is not read here: frames go straight from the socket to the waiting query.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/msgpack', (_request, payload, done) => done(null, payload));
  app.post<{ Params: { requestId: string }; Body: Readable }>(
    '/v1/exchange/:requestId',
    { schema: { params: REQUEST_PARAMS } },
    async (request, reply) => {
      const principal = deps.authenticate(request);
      if (principal.kind !== 'party') {
        throw new TacitError('AUTH_DENIED', 'only parties exchange shares');
      }
      await deps.accept(request.params.requestId, principal.index, request.body);
      return reply.status(200).send();
    },
  );
  probeRoute(app, deps.authenticate);
  return app;
}
