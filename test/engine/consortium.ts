import type { AnalystPlatform } from '../../src/client/party-connection.ts';
import { type Parties, type QueryResult, runQuery } from '../../src/client/query/run-query.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import {
  generateExchangeKeys,
  generateSigningKeys,
  nodeKeys,
  nodeSigner,
  unseal,
} from '../../src/crypto/node-keys.ts';
import { KernelPool } from '../../src/engine/kernel-pool.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { type EngineParts, PartyEngine } from '../../src/engine/party-engine.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import type { Channel } from '../../src/transport/channel.ts';
import { type MemoryOptions, memoryNetwork } from '../../src/transport/memory.ts';
import { publishInProcess } from '../oracle/publish.ts';
import type { TestTable } from '../oracle/tables.ts';

const PARTIES = 3;

/** The analyst's platform on Node. */
export const analystPlatform: AnalystPlatform = {
  randomFill: (view) => nodeCrypto.randomFill(view),
  createKey: () => {
    const keys = generateExchangeKeys();
    return {
      publicKey: keys.publicKey,
      unseal: (sealed, label) => unseal(keys.privateKey, sealed, label),
    };
  },
  now: () => performance.now(),
};

/** Three real parties in this process over the in-memory network, with the real upload path. */
export interface Consortium {
  readonly stores: readonly MemoryStore[];
  readonly parties: Parties;
  query(sql: string): Promise<QueryResult>;
}

/** Kernel instances are shared by all consortia of a test process; their memory stays warm. */
const pools = Array.from({ length: PARTIES }, () => new KernelPool(loadKernels));
const uploads: Promise<UploadContext> = loadKernels().then(({ kernels, arena }) => ({
  crypto: nodeCrypto,
  kernels,
  arena,
}));

/**
 * Publishes the tables and starts the parties; `network` may tamper with or record their messages, `alter` may give a
 * party other parts than it should have.
 */
export async function inProcessConsortium(
  tables: readonly TestTable[],
  network: () => MemoryOptions = () => ({}),
  alter: (parts: EngineParts) => EngineParts = (parts) => parts,
): Promise<Consortium> {
  const stores = Array.from({ length: PARTIES }, () => new MemoryStore(nodeCrypto));
  await publishInProcess(await uploads, tables, stores);
  const secrets = stores.map(() => generateSigningKeys());
  const open = meetingPoint(network);
  const engines = stores.map((store, self) => {
    const parts: EngineParts = {
      self,
      signer: nodeSigner(secrets[self]?.privateKey ?? new Uint8Array()),
      identities: secrets.map(({ publicKey }) => publicKey),
      store,
      openChannel: async (requestId) => open(requestId, self),
      kernels: pools[self] as KernelPool,
      crypto: nodeCrypto,
      keys: nodeKeys,
      consortium: new Uint8Array(32),
      clock: () => performance.now() / 1000,
    };
    return new PartyEngine(alter(parts));
  });
  const parties = engines.map((engine, k) => ({
    name: `party ${k + 1}`,
    query: engine.query.bind(engine),
  })) as unknown as Parties;
  return { stores, parties, query: (sql) => runQuery(parties, sql, analystPlatform) };
}

/** The channels of one request belong to one network, whichever party asks first. */
function meetingPoint(network: () => MemoryOptions): (requestId: string, self: number) => Channel {
  const open = new Map<string, { channels: Channel[]; taken: number }>();
  return (requestId, self) => {
    const entry = open.get(requestId) ?? { channels: memoryNetwork(PARTIES, network()), taken: 0 };
    entry.taken++;
    if (entry.taken === PARTIES) open.delete(requestId);
    else open.set(requestId, entry);
    return entry.channels[self] as Channel;
  };
}
