import { reconstructPlanes } from '../../src/client/query/reconstruct.ts';
import { nodeCrypto } from '../../src/crypto/node.ts';
import {
  generateExchangeKeys,
  generateSigningKeys,
  nodeKeys,
  nodeSigner,
} from '../../src/crypto/node-keys.ts';
import { KernelPool } from '../../src/engine/kernel-pool.ts';
import { loadKernels } from '../../src/engine/node-kernels.ts';
import { type AttemptResult, runProgram } from '../../src/engine/run-program.ts';
import { packShares } from '../../src/executor/reveal.ts';
import { programDigest } from '../../src/program/digest.ts';
import type { Program, Security } from '../../src/program/program.ts';
import type { SortRecord } from '../../src/program/sort-record.ts';
import type { ComputeFactory } from '../../src/proof/batch-compute.ts';
import type { CheckRecord } from '../../src/proof/check-record.ts';
import { localCompute } from '../../src/proof/local-compute.ts';
import { GateJournal } from '../../src/protocol/gate-log.ts';
import { reconstructShamir } from '../../src/sharing/shamir.ts';
import type { UploadContext } from '../../src/sharing/upload.ts';
import { MemoryStore } from '../../src/storage/memory-store.ts';
import { VerifiedShares } from '../../src/storage/verified-shares.ts';
import { type MemoryOptions, memoryNetwork } from '../../src/transport/memory.ts';
import { publishInProcess } from '../oracle/publish.ts';
import type { TestTable } from '../oracle/tables.ts';

const PARTIES = [0, 1, 2];
const pools = PARTIES.map(() => new KernelPool(loadKernels));
const computes = PARTIES.map(() => localCompute(loadKernels, nodeCrypto));
const secrets = PARTIES.map(() => generateSigningKeys());
const uploads: Promise<UploadContext> = loadKernels().then(({ kernels, arena }) => ({
  crypto: nodeCrypto,
  kernels,
  arena,
}));

/** The stores of three parties that hold the tables. */
export async function storesWith(...tables: TestTable[]): Promise<MemoryStore[]> {
  const stores = PARTIES.map(() => new MemoryStore(nodeCrypto));
  await publishInProcess(await uploads, tables, stores);
  return stores;
}

export const SECURITIES: readonly Security[] = ['passive', 'active'];

/** The same program for parties that run it with this security. */
export function secured(program: Program, security: Security): Program {
  return { ...program, suite: { ...program.suite, security } };
}

/** What three real parties made of a program. */
export interface Run {
  /** Opened scalars, in [0, p). */
  readonly values: readonly bigint[];
  /** Opened planes. */
  readonly planes: readonly Uint8Array[];
  /** What each party would seal to the analyst. */
  readonly payloads: readonly Uint8Array[];
  readonly rounds: number;
  readonly bytesSent: readonly number[];
  readonly andGates: number;
  readonly multiplications: number;
  /** What was verified, by batch. */
  readonly batches: readonly Pick<CheckRecord, 'batch' | 'shape'>[];
  /** What the sorts of the program did. */
  readonly sorts: SortRecord;
  /** Every gate as the first party's log saw it. */
  readonly journal: GateJournal;
}

/** Runs a program at three parties and opens its results; all must tell the same cost. */
export async function runParties(
  program: Program,
  stores: readonly MemoryStore[],
  network: MemoryOptions = {},
): Promise<Run> {
  const channels = memoryNetwork(PARTIES.length, network);
  const analystKey = generateExchangeKeys().publicKey;
  const digest = programDigest(nodeCrypto, program);
  const journals = PARTIES.map(() => new GateJournal());
  const results: AttemptResult[] = await Promise.all(
    PARTIES.map((self) =>
      (pools[self] as KernelPool).use((engine) =>
        runProgram({
          requestId: '0'.repeat(32),
          analystKey,
          consortium: new Uint8Array(32),
          program,
          programDigest: digest,
          channel: channels[self] as (typeof channels)[number],
          engine,
          shares: new VerifiedShares(stores[self] as MemoryStore, nodeCrypto, self),
          signer: nodeSigner(secrets[self]?.privateKey ?? new Uint8Array()),
          identities: secrets.map(({ publicKey }) => publicKey),
          crypto: nodeCrypto,
          keys: nodeKeys,
          compute: computes[self] as ComputeFactory,
          clock: () => performance.now() / 1000,
          journal: journals[self] as GateJournal,
        }),
      ),
    ),
  );
  const costs = results.map((r) => [r.rounds, r.andGates, r.multiplications, r.sorts].join());
  if (new Set(costs).size !== 1) throw new Error(`the parties counted differently: ${costs}`);
  const [first] = results as [AttemptResult];
  const planes = results.map(({ shares }) => shares.planes);
  const [a, b, c] = planes as [Uint8Array, Uint8Array, Uint8Array];
  return {
    planes: reconstructPlanes([a, b, c], program.results.planes?.rows ?? 0),
    payloads: results.map(({ shares }) => packShares(shares)),
    values: program.results.reveal.map((_, k) =>
      reconstructShamir(
        results.map(({ shares }) => shares.scalars[k] ?? 0n),
        PARTIES,
        1,
        `result ${k}`,
      ),
    ),
    batches: first.passed.records.map(({ batch, shape }) => ({ batch, shape })),
    rounds: first.rounds,
    bytesSent: channels.map((channel) => channel.bytesSent),
    andGates: first.andGates,
    multiplications: first.multiplications,
    sorts: first.sorts,
    journal: journals[0] as GateJournal,
  };
}
