import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type DefinitionJson, decodeDefinition } from '../../src/client/definition-codec.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { UPLOAD_BODY_BYTES_MAX } from '../../src/sharing/upload.ts';
import type { PendingPart } from '../../src/storage/share-store.ts';
import { type Authenticate, allow } from './principal.ts';
import {
  BEGIN_BODY,
  COMMIT_REPLY,
  DEFINE_BODY,
  PART_PARAMS,
  PARTS_QUERY,
  PARTS_REPLY,
} from './schemas.ts';
import type { UploadDesk } from './upload-desk.ts';

/** Dictionaries make definitions long. */
const DEFINITION_BYTES_MAX = 64 * 1024 * 1024;
const MSGPACK = 'application/msgpack';

/** The owners' routes. What is answered with success survives a crash. */
export function uploadRoutes(
  app: FastifyInstance,
  desk: UploadDesk,
  { authenticate }: { readonly authenticate: Authenticate },
): void {
  const onRequest = allow(authenticate, ['owner']);
  const owner = (request: FastifyRequest) => authenticate(request).name;
  app.addContentTypeParser(MSGPACK, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  app.post<{ Body: { definition: DefinitionJson; owners: string[] } }>(
    '/v1/tables',
    {
      onRequest: allow(authenticate, ['owner', 'admin']),
      bodyLimit: DEFINITION_BYTES_MAX,
      schema: { body: DEFINE_BODY },
    },
    async ({ body }, reply) => {
      await desk.define(decodeDefinition(body.definition), body.owners);
      return reply.status(204).send();
    },
  );

  app.post<{ Body: PendingPart }>(
    '/v1/parts',
    { onRequest, schema: { body: BEGIN_BODY } },
    async (request, reply) => {
      await desk.begin(request.body, owner(request));
      return reply.status(204).send();
    },
  );

  app.get<{ Querystring: { table: string } }>(
    '/v1/parts',
    { onRequest, schema: { querystring: PARTS_QUERY, response: { 200: PARTS_REPLY } } },
    async (request) => ({ parts: desk.uploads(request.query.table, owner(request)) }),
  );

  app.post<{ Params: { id: string }; Body: unknown }>(
    '/v1/parts/:id/blocks',
    { onRequest, bodyLimit: UPLOAD_BODY_BYTES_MAX, schema: { params: PART_PARAMS } },
    async (request, reply) => {
      const { body } = request;
      if (!(body instanceof Uint8Array)) {
        throw new TacitError('REQUEST_INVALID', `blocks are sent as ${MSGPACK}`);
      }
      await desk.blocks(request.params.id, owner(request), body);
      return reply.status(204).send();
    },
  );

  app.post<{ Params: { id: string } }>(
    '/v1/parts/:id/commit',
    { onRequest, schema: { params: PART_PARAMS, response: { 200: COMMIT_REPLY } } },
    async (request) => ({ visible: await desk.commit(request.params.id, owner(request)) }),
  );
}
