import { pino } from 'pino';
import { buildControlServer } from '../../server/control/app.ts';
import type { QueryEngine } from '../../server/control/control-deps.ts';
import { authenticator, CLAIM_HEADER } from '../../server/control/principal.ts';
import { tableAuthority } from '../../server/control/table-authority.ts';
import { certificateBytes, type Identity } from '../../server/identity/certificate.ts';
import { Pins } from '../../server/identity/consortium.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import type { Fixture } from './consortium-fixture.ts';

/** A control server over a real store without TLS; `logged` receives its log lines. */
export async function makeControl(
  fixture: Fixture,
  query?: QueryEngine['query'],
  progress: QueryEngine['progress'] = async () => undefined,
) {
  const logged: string[] = [];
  const store = new MemoryStore(nodeCrypto);
  const { arena, kernels } = await loadKernels();
  const app = buildControlServer({
    self: 0,
    version: '0.0.0',
    security: fixture.consortium.security,
    store,
    uploads: { crypto: nodeCrypto, kernels, arena },
    queryTimeoutSeconds: 60,
    requireSpace: async () => {},
    authority: tableAuthority(fixture.consortium, fixture.parties[0] as Identity, 0),
    engine: {
      alive: async () => {},
      progress,
      query:
        query ??
        (() => Promise.reject(new TacitError('SQL_SYNTAX', 'not SQL', { line: 3, column: 7 }))),
    },
    authenticate: authenticator(new Pins(fixture.consortium), false),
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
  });
  return { app, store, logged };
}

/** Headers by which a client without TLS says who it is. */
export function claim(identity: Identity): Record<string, string> {
  return { [CLAIM_HEADER]: certificateBytes(identity.certificate).toString('base64') };
}
