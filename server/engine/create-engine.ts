import type { Readable } from 'node:stream';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { nodeKeys } from '../../src/crypto/node-keys.ts';
import { KernelPool } from '../../src/engine/kernel-pool.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { PartyEngine } from '../../src/engine/party-engine.ts';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
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

/** Longest wait for a peer to accept a stream. */
const CONNECT_MS_MAX = 10_000;

/** The engine of one party with everything it stands on. */
export interface Engine {
  query(request: QueryRequest, signal: AbortSignal): Promise<QueryAnswer>;
  accept(requestId: string, from: number, stream: Readable): Promise<void>;
  close(): Promise<void>;
}

/**
 * Wires the engine of a party: `exchange` are the addresses of all parties' exchange servers, in order. CONFIG_INVALID if
 * one is not an address, or without TLS not a loopback address.
 */
export async function createEngine(
  { consortium, data, identity, self, settings }: PartyDirectory,
  exchange: readonly string[],
): Promise<Engine> {
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
  const hub = new ExchangeHub({ self, peers, timer: systemTimer, silenceMs, connectMs });
  const engine = new PartyEngine({
    self,
    signer: signerOf(identity),
    identities: consortium.parties.map((party) => Buffer.from(party.identityKey, 'base64')),
    store,
    openChannel: (requestId) => hub.open(requestId),
    kernels: new KernelPool(loadKernels),
    crypto: nodeCrypto,
    keys: nodeKeys,
    consortium: consortiumDigest(consortium),
    clock: () => performance.now() / 1000,
  });
  return {
    query: async (request, signal) => {
      try {
        return await engine.query(request, signal);
      } catch (error) {
        // Peers may have opened streams for a query that failed here before it opened its own. A replayed
        // request must not end the query whose id it copies.
        const replay = error instanceof TacitError && error.code === 'QUERY_CONFLICT';
        if (!replay) hub.refuse(request.requestId);
        throw error;
      }
    },
    accept: (requestId, from, stream) => hub.accept(requestId, from, stream),
    close: async () => {
      await hub.close();
      await store.close();
    },
  };
}
