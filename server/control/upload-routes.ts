import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { toBase64 } from '../../src/client/base64.ts';
import type { PartAudit } from '../../src/commit/part-audit.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { UPLOAD_BODY_BYTES_MAX } from '../../src/sharing/upload.ts';
import type { PendingPart } from '../../src/storage/share-store.ts';
import { type Authenticate, allow } from './principal.ts';
import {
  BEGIN_BODY,
  BEGIN_REPLY,
  BLOCKS_QUERY,
  COMMIT_BODY,
  PART_PARAMS,
  PARTS_QUERY,
  PARTS_REPLY,
} from './table-schemas.ts';
import type { UploadDesk } from './upload-desk.ts';

const SEALED = 'application/octet-stream';
/** What sealing adds to a body: a key and a tag. */
const SEAL_BYTES = 48;

interface UploadRouteDeps {
  readonly authenticate: Authenticate;
  readonly requireSpace: () => Promise<void>;
}

/** The owners' routes for rows. What is answered with success survives a crash. */
export function uploadRoutes(
  app: FastifyInstance,
  desk: UploadDesk,
  { authenticate, requireSpace }: UploadRouteDeps,
): void {
  const onRequest = allow(authenticate, ['owner']);
  const owner = (request: FastifyRequest) => authenticate(request).name;
  app.addContentTypeParser(SEALED, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  app.post<{ Body: PendingPart }>(
    '/v1/parts',
    { onRequest, schema: { body: BEGIN_BODY, response: { 200: BEGIN_REPLY } } },
    async (request) => {
      await requireSpace();
      const { held, publicKey, signature } = await desk.begin(request.body, owner(request));
      return { publicKey: toBase64(publicKey), signature, held };
    },
  );

  app.get<{ Querystring: { table: string } }>(
    '/v1/parts',
    { onRequest, schema: { querystring: PARTS_QUERY, response: { 200: PARTS_REPLY } } },
    async (request) => ({ parts: desk.uploads(request.query.table, owner(request)) }),
  );

  const bodies = new BodyRoom(desk, owner);
  app.post<{ Params: { id: string }; Querystring: { sequence: string }; Body: unknown }>(
    '/v1/parts/:id/blocks',
    {
      onRequest: [onRequest, bodies.admit],
      bodyLimit: UPLOAD_BODY_BYTES_MAX + SEAL_BYTES,
      schema: { params: PART_PARAMS, querystring: BLOCKS_QUERY },
    },
    async (request, reply) => {
      const { body, params, query } = request;
      if (!(body instanceof Uint8Array)) {
        throw new TacitError('REQUEST_INVALID', `sealed blocks are sent as ${SEALED}`);
      }
      await bodies.use(request, () =>
        desk.blocks(params.id, owner(request), Number(query.sequence), body),
      );
      return reply.status(204).send();
    },
  );

  app.post<{ Params: { id: string }; Body: { readonly audit?: PartAudit } }>(
    '/v1/parts/:id/commit',
    { onRequest, schema: { params: PART_PARAMS, body: COMMIT_BODY } },
    async (request, reply) => {
      await desk.commit(request.params.id, owner(request), request.body.audit);
      return reply.status(204).send();
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/v1/parts/:id',
    { onRequest, schema: { params: PART_PARAMS } },
    async (request, reply) => {
      await desk.discard(request.params.id, owner(request));
      return reply.status(204).send();
    },
  );
}

/** Bodies are buffered whole, so there must be room for one before it is read, until nobody holds it any more. */
class BodyRoom {
  readonly #held = new WeakMap<FastifyRequest, () => void>();
  readonly admit: onRequestHookHandler;

  constructor(desk: UploadDesk, owner: (request: FastifyRequest) => string) {
    this.admit = (request, reply, done) => {
      try {
        // The request was not validated yet.
        const { id } = request.params as { readonly id: string };
        const release = desk.admitBody(id, owner(request));
        this.#held.set(request, release);
        // Broken off or refused before its handler has the body.
        reply.raw.once('close', () => {
          if (this.#held.has(request)) release();
        });
        done();
      } catch (error) {
        done(error instanceof Error ? error : new TypeError('not an error'));
      }
    };
  }

  /** Keeps the room until the body has been dealt with, also if its sender is gone meanwhile. */
  async use(request: object, work: () => Promise<void>): Promise<void> {
    const key = request as FastifyRequest;
    const release = this.#held.get(key);
    this.#held.delete(key);
    try {
      await work();
    } finally {
      release?.();
    }
  }
}
