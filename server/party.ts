import { nodeCrypto } from '../src/crypto/node.ts';
import { loadKernels } from '../src/engine/node-kernels.ts';
import { openLmdbStore } from '../src/storage/lmdb-store.ts';
import { buildControlServer } from './control/app.ts';
import { requireFreeBytes } from './control/disk-space.ts';
import { doctorRoutes } from './control/doctor-routes.ts';
import { authenticator } from './control/principal.ts';
import { tableAuthority } from './control/table-authority.ts';
import { EngineHost } from './engine/engine-host.ts';
import { Pins } from './identity/consortium.ts';
import { readPartyDirectory } from './identity/party-directory.ts';
import { serverTls } from './identity/tls.ts';
import { listen } from './listen.ts';
import { createLog, type Logger } from './log.ts';
import { VERSION } from './version.ts';

/** A running party: control server and storage writer here, engine and exchange server in a thread. */
export interface RunningParty {
  readonly controlPort: number;
  readonly exchangePort: number;
  readonly log: Logger;
  /** Resolves if the engine thread ends by itself; the party is useless then. */
  readonly engineEnded: Promise<number>;
  /** Needed only if the consortium file could not know the ports yet. */
  setAddresses(exchange: readonly string[]): void;
  close(): Promise<void>;
}

/** Starts the party that a directory describes; CONFIG_INVALID names what is wrong in it. */
export async function startParty(dir: string): Promise<RunningParty> {
  const directory = await readPartyDirectory(dir);
  const { consortium, data, identity, self, settings } = directory;
  const log = createLog(settings.log, identity.name);
  const { arena, kernels } = await loadKernels();
  // The writer opens the store first: the engine's reader needs it to exist.
  const store = await openLmdbStore({ path: data, crypto: nodeCrypto, role: 'writer' });
  const engine = await EngineHost.start(directory);
  const everyone = [...consortium.parties, ...consortium.members];
  const pinned = everyone.map((entry) => entry.certificate);
  const authenticate = authenticator(new Pins(consortium), consortium.tls);
  const control = buildControlServer({
    self,
    version: VERSION,
    security: consortium.security,
    store,
    uploads: { crypto: nodeCrypto, kernels, arena },
    queryTimeoutSeconds: settings.queries.timeoutSeconds,
    requireSpace: () => requireFreeBytes(data, settings.storage.freeBytesMin),
    authority: tableAuthority(consortium, identity, self),
    engine,
    authenticate,
    log,
    ...(consortium.tls ? { https: serverTls(identity, pinned) } : {}),
  });
  // A consortium file that was written before the ports were known says 0; then setAddresses follows.
  let exchange = consortium.parties.map((party) => party.exchange);
  doctorRoutes(control, { authenticate, directory, version: VERSION, exchange: () => exchange });
  if (exchange.every((url) => new URL(url).port !== '0')) engine.setAddresses(exchange);
  const controlPort = await listen(control, settings.control);
  log.info({ controlPort, exchangePort: engine.exchangePort }, 'party listens');
  return {
    controlPort,
    exchangePort: engine.exchangePort,
    log,
    engineEnded: engine.ended,
    setAddresses: (addresses) => {
      exchange = [...addresses];
      engine.setAddresses(addresses);
    },
    close: async () => {
      await control.close();
      await engine.stop();
      await store.close();
    },
  };
}
