import { nodePlatform } from '../../cli/connect/analyst-platform.ts';
import { systemTimer } from '../../server/engine/timer.ts';
import type { PartyConnection } from '../../src/client/party-connection.ts';
import {
  type Parties,
  type QueryOptions,
  type QueryResult,
  runQuery,
} from '../../src/client/query/run-query.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import { generateSigningKeys, nodeKeys, nodeSigner } from '../../src/crypto/node-keys.ts';
import { KernelPool } from '../../src/engine/kernel-pool.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { type EngineParts, PartyEngine } from '../../src/engine/party-engine.ts';
import { directPlanner } from '../../src/engine/planner.ts';
import type { QueryRequest } from '../../src/engine/query.ts';
import type { ComputeFactory } from '../../src/proof/batch-compute.ts';
import { localCompute } from '../../src/proof/local-compute.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import type { Channel } from '../../src/transport/channel.ts';
import { type MemoryOptions, memoryNetwork } from '../../src/transport/memory.ts';
import { publishInProcess, type TableKeys } from '../oracle/publish.ts';
import type { TestTable } from '../oracle/tables.ts';

const PARTIES = 3;
const planner = directPlanner(nodeCrypto);

/** Three real parties in this process over the in-memory network, with the real upload path. */
export interface Consortium {
  readonly stores: readonly MemoryStore[];
  readonly engines: readonly PartyEngine[];
  readonly parties: Parties;
  query(sql: string, options?: QueryOptions): Promise<QueryResult>;
}

/** Kernel instances are shared by all consortia of a test process; their memory stays warm. */
const pools = Array.from({ length: PARTIES }, () => new KernelPool(loadKernels));
const computes = pools.map(() => localCompute(loadKernels, nodeCrypto));
const uploads: Promise<UploadContext> = loadKernels().then(({ kernels, arena }) => ({
  crypto: nodeCrypto,
  kernels,
  arena,
}));

/**
 * Publishes the tables and starts the parties; `network` may tamper with or record their messages, `alter` may give a
 * party other parts than it should have. `keys` sign the tables, where it matters whose they are.
 */
export async function inProcessConsortium(
  tables: readonly TestTable[],
  network: () => MemoryOptions = () => ({}),
  alter: (parts: EngineParts) => EngineParts = (parts) => parts,
  keys?: TableKeys,
): Promise<Consortium> {
  const stores = Array.from({ length: PARTIES }, () => new MemoryStore(nodeCrypto));
  await publishInProcess(await uploads, tables, stores, keys);
  const secrets = stores.map(() => generateSigningKeys());
  const meeting = meetingPoint(network);
  const engines = stores.map((store, self) => {
    const parts: EngineParts = {
      self,
      signer: nodeSigner(secrets[self]?.privateKey ?? new Uint8Array()),
      identities: secrets.map(({ publicKey }) => publicKey),
      store,
      openChannel: async (requestId) => meeting.open(requestId, self),
      awaitPeer: (requestId, party, signal) => meeting.arrival(requestId, party, signal),
      planner,
      limits: { running: 8, queued: 64, timeoutSeconds: 3600 },
      kernels: pools[self] as KernelPool,
      compute: computes[self] as ComputeFactory,
      crypto: nodeCrypto,
      keys: nodeKeys,
      security: 'active',
      consortium: new Uint8Array(32),
      clock: () => performance.now() / 1000,
      time: () => Date.now(),
      timer: systemTimer,
    };
    const engine = new PartyEngine(alter(parts));
    identities.set(engine, parts.signer.publicKey);
    return engine;
  });
  const parties = engines.map((engine, k) => connectionOf(engine, k)) as unknown as Parties;
  return {
    stores,
    engines,
    parties,
    query: (sql, options) => runQuery(parties, { sql }, nodePlatform, options),
  };
}

/** What an analyst pins of each engine. */
const identities = new WeakMap<PartyEngine, Uint8Array>();

/** An analyst's connection to an engine of this process. */
export function connectionOf(engine: PartyEngine, party: number, analyst = 'analyst') {
  return {
    name: `party ${party + 1}`,
    identity: identities.get(engine) ?? new Uint8Array(),
    query: (request: QueryRequest, signal?: AbortSignal) =>
      engine.query({ ...request, analyst }, signal),
  } satisfies PartyConnection;
}

interface Meeting {
  readonly channels: readonly Channel[];
  readonly present: Set<number>;
}

/** The channels of one request belong to one network, whichever party asks first. */
function meetingPoint(network: () => MemoryOptions) {
  const meetings = new Map<string, Meeting>();
  const watchers = new Set<() => void>();
  const open = (requestId: string, self: number): Channel => {
    const meeting = meetings.get(requestId) ?? {
      channels: memoryNetwork(PARTIES, network()),
      present: new Set(),
    };
    meetings.set(requestId, meeting);
    meeting.present.add(self);
    for (const look of [...watchers]) look();
    if (meeting.present.size === PARTIES) meetings.delete(requestId);
    return meeting.channels[self] as Channel;
  };
  const arrival = (requestId: string, party: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const isHere = meetings.get(requestId)?.present.has(party) === true;
        if (!isHere && !signal.aborted) return;
        watchers.delete(look);
        signal.removeEventListener('abort', look);
        if (isHere) resolve();
        else reject(signal.reason);
      };
      watchers.add(look);
      signal.addEventListener('abort', look);
      look();
    });
  return { open, arrival };
}
