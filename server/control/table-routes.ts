import type { FastifyInstance } from 'fastify';
import type { Certificate, PendingVersion, SignedProposal } from '../../src/catalog/version.ts';
import {
  type DefinitionJson,
  decodeDefinition,
  encodeDefinition,
} from '../../src/client/definition-codec.ts';
import { type Authenticate, allow } from './principal.ts';
import type { TableDesk } from './table-desk.ts';
import {
  ACCEPT_BODY,
  CERTIFY_BODY,
  DEFINE_BODY,
  DEFINITIONS_QUERY,
  DEFINITIONS_REPLY,
  PARTS_QUERY,
  PROPOSE_BODY,
  SIGN_BODY,
  SIGNATURE_REPLY,
  STATE_REPLY,
} from './table-schemas.ts';

/** Dictionaries make definitions long. */
const DEFINITION_BYTES_MAX = 8 * 1024 * 1024;

/** The routes for definitions and versions. What is answered with success survives a crash. */
export function tableRoutes(
  app: FastifyInstance,
  desk: TableDesk,
  { authenticate }: { readonly authenticate: Authenticate },
): void {
  definitionRoutes(app, desk, authenticate);
  versionRoutes(app, desk, authenticate);
}

function definitionRoutes(app: FastifyInstance, desk: TableDesk, authenticate: Authenticate): void {
  app.post<{ Body: { definition: DefinitionJson; owners: string[] } }>(
    '/v1/definitions',
    {
      onRequest: allow(authenticate, ['owner', 'admin']),
      bodyLimit: DEFINITION_BYTES_MAX,
      schema: { body: DEFINE_BODY },
    },
    async ({ body }, reply) => {
      await desk.define({ table: decodeDefinition(body.definition), owners: body.owners });
      return reply.status(204).send();
    },
  );

  app.get<{ Querystring: { table?: string } }>(
    '/v1/definitions',
    {
      onRequest: allow(authenticate, ['owner', 'analyst', 'admin']),
      schema: { querystring: DEFINITIONS_QUERY, response: { 200: DEFINITIONS_REPLY } },
    },
    async ({ query }) => ({
      definitions: desk.definitions(query.table).map(({ accepted, definition, digest }) => ({
        definition: encodeDefinition(definition.table),
        owners: definition.owners,
        digest,
        accepted,
      })),
    }),
  );

  app.post<{ Body: { table: string; digest: string; signature: string } }>(
    '/v1/acceptances',
    { onRequest: allow(authenticate, ['owner']), schema: { body: ACCEPT_BODY } },
    async (request, reply) => {
      const { digest, signature, table } = request.body;
      await desk.accept(table, digest, authenticate(request).name, signature);
      return reply.status(204).send();
    },
  );
}

/** Proposals carry their owner's signature, so whoever finds one unfinished may carry it on. */
function versionRoutes(app: FastifyInstance, desk: TableDesk, authenticate: Authenticate): void {
  const onRequest = allow(authenticate, ['owner', 'admin']);

  app.post<{ Body: SignedProposal }>(
    '/v1/versions/propose',
    { onRequest, schema: { body: PROPOSE_BODY, response: { 200: SIGNATURE_REPLY } } },
    async ({ body }) => ({ signature: await desk.propose(body) }),
  );

  app.post<{ Body: PendingVersion }>(
    '/v1/versions/sign',
    { onRequest, schema: { body: SIGN_BODY, response: { 200: SIGNATURE_REPLY } } },
    async ({ body }) => ({ signature: await desk.sign(body) }),
  );

  app.post<{ Body: Certificate }>(
    '/v1/versions',
    { onRequest, schema: { body: CERTIFY_BODY } },
    async ({ body }, reply) => {
      await desk.certify(body);
      return reply.status(204).send();
    },
  );

  app.get<{ Querystring: { table: string } }>(
    '/v1/versions',
    { onRequest, schema: { querystring: PARTS_QUERY, response: { 200: STATE_REPLY } } },
    async ({ query }) => desk.state(query.table),
  );
}
