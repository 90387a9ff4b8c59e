import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { ParameterValue } from '../../src/planner/parameters.ts';
import type { Security } from '../../src/program/program.ts';
import { installErrorHandling } from '../control/errors.ts';

/** What a program on this machine asks. */
export interface Question {
  /** One statement. */
  readonly sql: string;
  readonly parameters: readonly ParameterValue[];
  /** The answer's receipt is wanted, too. */
  readonly receipt: boolean;
}

/** Text in JSON with its HTTP status. */
export interface JsonReply {
  readonly status: number;
  readonly json: string;
}

export interface GatewayDeps {
  /** Answers a question, or says in the same form why not. */
  query(question: Question, signal: AbortSignal): Promise<JsonReply>;
  /** The tables of the consortium. */
  tables(): Promise<JsonReply>;
  /** The consortium as receipts are verified against it, in JSON. */
  consortium(): string;
  /** Resolves if all parties could answer a query now. */
  alive(): Promise<void>;
  readonly version: string;
  readonly security: Security;
  readonly log: FastifyBaseLogger;
}

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const PARAMETERS_MAX = 1000;

const QUERY_BODY = {
  type: 'object',
  required: ['sql'],
  additionalProperties: false,
  properties: {
    sql: { type: 'string' },
    receipt: { type: 'boolean' },
    parameters: {
      type: 'array',
      maxItems: PARAMETERS_MAX,
      items: {
        anyOf: [
          { type: 'null' },
          { type: 'boolean' },
          { type: 'string' },
          { type: 'number' },
          {
            type: 'object',
            required: ['number'],
            additionalProperties: false,
            properties: { number: { type: 'string' } },
          },
        ],
      },
    },
  },
} as const;

interface QueryBody {
  readonly sql: string;
  readonly parameters?: readonly (ParameterValue | number)[];
  readonly receipt?: boolean;
}

/** Names of this machine. A web page that resolves its own name to us sends another one. */
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * SQL over HTTP for programs on this machine (`tacit up`): `POST /v1/query`, `GET /v1/tables`, `GET /v1/consortium`, `GET /v1/health`. It asks nobody
 * who they are, so it must listen on a loopback address only.
 */
export function buildGateway(deps: GatewayDeps): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    bodyLimit: BODY_BYTES_MAX,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
  });
  installErrorHandling(app);
  // Browsers send plain text to anybody without asking; JSON they do not.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async ({ headers }) => {
    if (OWN_HOST.test(headers.host ?? '')) return;
    throw new TacitError('REQUEST_INVALID', 'the Host header must be localhost or 127.0.0.1');
  });

  app.post<{ Body: QueryBody }>(
    '/v1/query',
    { schema: { body: QUERY_BODY } },
    async ({ body }, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) gone.abort();
      });
      const parameters = (body.parameters ?? []).map(exact);
      const { receipt = false, sql } = body;
      const { json, status } = await deps.query({ sql, parameters, receipt }, gone.signal);
      return reply.status(status).type('application/json').send(json);
    },
  );

  app.get('/v1/tables', async (_request, reply) => {
    const { json, status } = await deps.tables();
    return reply.status(status).type('application/json').send(json);
  });

  app.get('/v1/consortium', (_request, reply) =>
    reply.type('application/json').send(deps.consortium()),
  );

  app.get('/v1/health', async () => {
    await deps.alive();
    return { version: deps.version, security: deps.security };
  });
  return app;
}

/** A number of JSON as SQL writes it; `{number: "..."}` keeps digits that a double cannot. */
function exact(value: ParameterValue | number): ParameterValue {
  return typeof value === 'number' ? { number: String(value) } : value;
}
