import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { logRefusedHandshakes } from '../refused-handshakes.ts';
import type { ControlDeps } from './control-deps.ts';
import { installErrorHandling } from './errors.ts';
import { queryRoutes } from './query-routes.ts';
import { graceSeconds, TableDesk } from './table-desk.ts';
import { tableRoutes } from './table-routes.ts';
import { UploadDesk } from './upload-desk.ts';
import { uploadRoutes } from './upload-routes.ts';

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
  const { authority, store, uploads } = deps;
  const clock = () => performance.now() / 1000;
  const grace = graceSeconds(deps.queryTimeoutSeconds);
  tableRoutes(app, new TableDesk(store, uploads.crypto, authority, clock, grace), deps);
  uploadRoutes(app, new UploadDesk(store, uploads, authority), deps);
  queryRoutes(app, deps);
  return app;
}
