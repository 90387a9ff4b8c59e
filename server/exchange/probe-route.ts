import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { Authenticate } from '../control/principal.ts';

/** Path of the route that swallows bytes, for who measures the way to this party. */
export const PROBE_PATH = '/v1/probe';
/** Most bytes of one probe. */
export const PROBE_BYTES_MAX = 8 * 1024 * 1024;
export const PROBE_TYPE = 'application/octet-stream';

const PROBE_REPLY = {
  type: 'object',
  required: ['bytes'],
  properties: { bytes: { type: 'integer' } },
} as const;

/** `POST /v1/probe`: counts and forgets the bytes of the body; for whoever the server knows. */
export function probeRoute(app: FastifyInstance, authenticate: Authenticate): void {
  // In a scope of its own: nothing else of the server takes bodies of this type.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(PROBE_TYPE, (_request, payload, done) => done(null, payload));
    scope.post<{ Body: Readable }>(
      PROBE_PATH,
      {
        onRequest: async (request) => void authenticate(request),
        bodyLimit: PROBE_BYTES_MAX,
        schema: { response: { 200: PROBE_REPLY } },
      },
      async ({ body }) => ({ bytes: await drain(body) }),
    );
    done();
  });
}

async function drain(body: Readable): Promise<number> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += (piece as Uint8Array).length;
    if (bytes > PROBE_BYTES_MAX) {
      throw new TacitError('REQUEST_INVALID', `a probe has at most ${PROBE_BYTES_MAX} bytes`);
    }
  }
  return bytes;
}
