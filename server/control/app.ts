import type { ServerOptions } from 'node:https';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import type { ShareStore } from '../../src/storage/share-store.ts';
import { logRefusedHandshakes } from '../refused-handshakes.ts';
import { installErrorHandling } from './errors.ts';
import type { Authenticate } from './principal.ts';
import { queryRoutes } from './query-routes.ts';
import { UploadDesk } from './upload-desk.ts';
import { uploadRoutes } from './upload-routes.ts';

/** What answers queries; the real one lives in the engine's thread. */
export interface QueryEngine {
  query(request: QueryRequest, signal: AbortSignal): Promise<QueryAnswer>;
  /** Resolves if the engine could answer a query now. */
  alive(): Promise<void>;
}

export interface ControlDeps {
  /** 0-based number of this party. */
  readonly self: number;
  readonly version: string;
  readonly store: ShareStore;
  readonly uploads: UploadContext;
  readonly engine: QueryEngine;
  readonly authenticate: Authenticate;
  readonly log: FastifyBaseLogger;
  /** Absent: plain HTTP, for tests and loopback trials. */
  readonly https?: ServerOptions;
}

/** The control server of one party: uploads, queries, catalog and health. It does not listen yet. */
export function buildControlServer(deps: ControlDeps): FastifyInstance {
  const options = {
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
  } as const;
  const app: FastifyInstance = deps.https
    ? (Fastify({ ...options, https: deps.https }) as unknown as FastifyInstance)
    : Fastify(options);
  installErrorHandling(app);
  logRefusedHandshakes(app, deps.log);
  const desk = new UploadDesk(deps.store, deps.uploads);
  uploadRoutes(app, desk, deps);
  queryRoutes(app, deps);
  return app;
}
