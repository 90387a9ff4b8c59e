import type { ServerOptions } from 'node:https';
import type { FastifyBaseLogger } from 'fastify';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import type { ShareStore } from '../../src/storage/share-store.ts';
import type { Authenticate } from './principal.ts';

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
