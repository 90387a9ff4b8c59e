import { totalmem } from 'node:os';
import type { Readable } from 'node:stream';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { KernelPool } from '../../src/engine/kernel-pool.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { PartyEngine } from '../../src/engine/party-engine.ts';
import type { Planner } from '../../src/engine/planner.ts';
import type { AdmittedQuery, QueryAnswer, QueryProgress } from '../../src/engine/query.ts';
import { SCHEDULER } from '../../src/engine/turns.ts';
import type { ErrorCode } from '../../src/errors/registry.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import { openLmdbStore } from '../../src/storage/lmdb-store.ts';
import { ExchangeHub } from '../../src/transport/exchange-hub.ts';
import type { PeerAddress } from '../../src/transport/outgoing-stream.ts';
import { addressOf, parseOrigin } from '../identity/consortium.ts';
import { consortiumDigest } from '../identity/consortium-digest.ts';
import type { PartyDirectory } from '../identity/party-directory.ts';
import { clientTls } from '../identity/tls.ts';
import { signerOf } from './signer.ts';
import { systemTimer } from './timer.ts';
import { VerifierHost } from './verifier-host.ts';

/** Longest wait for a peer to accept a stream. */
const CONNECT_MS_MAX = 10_000;

/** Longest wait for the analyst's request when a peer has begun its query. */
const REQUEST_MS_MAX = 10_000;
/** Both peers' streams of a query may come before it starts here, and a moment later than it ended. */
const STREAMS_PER_QUERY = 4;
const STREAMS_SPARE = 64;

/** How a query may end at the party that gives the turns without the others finding out for themselves. */
const UNHEARD: readonly ErrorCode[] = ['CANCELLED', 'QUERY_TIMEOUT', 'PARTY_BUSY'];

/** A query's working memory: its share of most of this machine's, and WebAssembly's 4 GiB at most. */
function memoryPerQuery(running: number): number {
  const share = (0.8 * totalmem()) / running;
  return Math.min(4 * 1024 ** 3, Math.max(256 * 1024 ** 2, share));
}

/** Batches of all queries that are under verification; their working memory is about twice as much. */
function memoryOfBatches(): number {
  return Math.max(512 * 1024 ** 2, 0.1 * totalmem());
}

/** The engine of one party with everything it stands on. */
export interface Engine {
  query(request: AdmittedQuery, signal: AbortSignal): Promise<QueryAnswer>;
  progress(requestId: string): QueryProgress | undefined;
  accept(requestId: string, from: number, stream: Readable): Promise<void>;
  close(): Promise<void>;
}

/**
 * Wires the engine of a party: `exchange` are the addresses of all parties' exchange servers, in order. CONFIG_INVALID if
 * one is not an address, or without TLS not a loopback address.
 */
export async function createEngine(
  directory: PartyDirectory,
  exchange: readonly string[],
  planner: Planner,
): Promise<Engine> {
  const { consortium, data, identity, self, settings } = directory;
  const peers = consortium.parties.map(({ certificate, index }): PeerAddress | undefined => {
    if (index === self) return undefined;
    const path = `the exchange address of party ${index + 1}`;
    const origin = parseOrigin({ value: exchange[index], path }, consortium.tls);
    const { host, port } = addressOf(origin);
    const tls = consortium.tls ? clientTls(identity, certificate) : undefined;
    return { host, port, tls };
  });
  const store = await openLmdbStore({ path: data, crypto: nodeCrypto, role: 'reader' });
  const silenceMs = settings.silenceSeconds * 1000;
  const connectMs = Math.min(CONNECT_MS_MAX, silenceMs);
  // A peer that waits for a query to start here should hear why it does not before it gives us up.
  const waitMs = Math.min(REQUEST_MS_MAX, silenceMs / 2);
  const waitingMax = STREAMS_PER_QUERY * settings.queries.running + STREAMS_SPARE;
  const times = { silenceMs, connectMs, waitMs };
  const isExpected = (requestId: string): boolean => engine.progress(requestId) !== undefined;
  const options = { self, peers, timer: systemTimer, ...times, waitingMax, isExpected };
  const hub = new ExchangeHub(options);
  const about = { party: identity.name, log: settings.log };
  const verifier = new VerifierHost(about, memoryOfBatches());
  if (consortium.security === 'active') verifier.start();
  const engine = new PartyEngine({
    self,
    signer: signerOf(identity),
    identities: consortium.parties.map((party) => Buffer.from(party.identityKey, 'base64')),
    store,
    openChannel: (requestId, signal) => hub.open(requestId, signal),
    awaitPeer: (requestId, party, signal) => hub.arrival(requestId, party, signal),
    planner,
    limits: settings.queries,
    kernels: new KernelPool(() => loadKernels(memoryPerQuery(settings.queries.running))),
    compute: (party, batch) => verifier.compute(party, batch),
    crypto: nodeCrypto,
    keys: nodeKeys,
    security: consortium.security,
    ...(consortium.limits && { planLimits: consortium.limits }),
    consortium: consortiumDigest(consortium),
    clock: () => performance.now() / 1000,
    time: () => Date.now(),
    timer: systemTimer,
  });
  return {
    query: async (request, signal) => {
      try {
        return await engine.query(request, signal);
      } catch (error) {
        // Peers may have opened streams for a query that failed here before it opened its own, or wait for its turn.
        // A replayed request must not end the query whose id it copies.
        const code = error instanceof TacitError ? error.code : 'TACIT_INVARIANT';
        const isWaitedFor = self === SCHEDULER && UNHEARD.includes(code);
        if (isWaitedFor) hub.dismiss(request.requestId);
        else if (code !== 'QUERY_CONFLICT') hub.refuse(request.requestId);
        throw error;
      }
    },
    progress: (requestId) => engine.progress(requestId),
    accept: (requestId, from, stream) => hub.accept(requestId, from, stream),
    close: async () => {
      await hub.close();
      await verifier.stop();
      await store.close();
    },
  };
}
