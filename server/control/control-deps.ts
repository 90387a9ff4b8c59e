import type { ServerOptions } from 'node:https';
import type { FastifyBaseLogger } from 'fastify';
import type { AdmittedQuery, QueryAnswer, QueryProgress } from '../../src/engine/query.ts';
import type { Security } from '../../src/program/program.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import type { ShareStore } from '../../src/storage/share-store.ts';
import type { Authenticate } from './principal.ts';
import type { TableAuthority } from './table-authority.ts';

/** What answers queries; the real one lives in the engine's thread. */
export interface QueryEngine {
  query(request: AdmittedQuery, signal: AbortSignal): Promise<QueryAnswer>;
  /** How far a query is; undefined if it has not begun or is over. */
  progress(requestId: string): Promise<QueryProgress | undefined>;
  /** Resolves if the engine could answer a query now. */
  alive(): Promise<void>;
}

export interface ControlDeps {
  /** 0-based number of this party. */
  readonly self: number;
  readonly version: string;
  /** What the parties run, as the consortium's file says. */
  readonly security: Security;
  readonly store: ShareStore;
  readonly uploads: UploadContext;
  /** Longest wait of a query here, and longest run. */
  readonly queryTimeoutSeconds: number;
  /** Resolves if there is room for another upload; STORAGE_FULL if not. */
  readonly requireSpace: () => Promise<void>;
  /** Whose signatures of definitions and versions count here. */
  readonly authority: TableAuthority;
  readonly engine: QueryEngine;
  readonly authenticate: Authenticate;
  readonly log: FastifyBaseLogger;
  /** Absent: plain HTTP, for tests and loopback trials. */
  readonly https?: ServerOptions;
}
