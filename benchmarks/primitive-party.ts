import pino from 'pino';
import { authenticator } from '../server/control/principal.ts';
import { signerOf } from '../server/engine/signer.ts';
import { systemTimer } from '../server/engine/timer.ts';
import { VerifierHost } from '../server/engine/verifier-host.ts';
import { buildExchangeServer } from '../server/exchange/app.ts';
import { Pins } from '../server/identity/consortium.ts';
import { readPartyDirectory } from '../server/identity/party-directory.ts';
import { clientTls, serverTls } from '../server/identity/tls.ts';
import { listen } from '../server/listen.ts';
import { nodeCrypto } from '../src/crypto/node.ts';
import { nodeKeys } from '../src/crypto/node-keys.ts';
import { KernelPool } from '../src/engine/kernel-pool.ts';
import { loadKernels } from '../src/engine/node-kernels.ts';
import { runProgram } from '../src/engine/run-program.ts';
import { programDigest } from '../src/program/digest.ts';
import { measure } from '../src/program/measure.ts';
import type { Program, Security } from '../src/program/program.ts';
import type { SortRecord } from '../src/program/sort-record.ts';
import { BatchMemory } from '../src/proof/batch-memory.ts';
import type { ShareReader } from '../src/storage/verified-shares.ts';
import { ExchangeHub } from '../src/transport/exchange-hub.ts';
import { andProgram, compareProgram, multiplyProgram, sortProgram } from './programs.ts';
import { syntheticStore } from './synthetic-store.ts';

/** One party process of the primitive benchmarks: real exchange, synthetic shares, told what to run by its parent. */

export type Work =
  | {
      readonly kind: 'compare' | 'sort';
      readonly rows: number;
      readonly width: number;
      readonly checked: boolean;
    }
  | {
      readonly kind: 'and';
      readonly rows: number;
      readonly depth: number;
      readonly checked: boolean;
    }
  | { readonly kind: 'multiply'; readonly rows: number };

export type ToPrimitive =
  | { readonly kind: 'addresses'; readonly ports: readonly number[] }
  | {
      readonly kind: 'run';
      readonly requestId: string;
      readonly security: Security;
      readonly work: Work;
    };

export interface PrimitiveDone {
  readonly kind: 'done';
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rounds: number;
  /** Waiting for checks at barriers. */
  readonly secondsWaited: number;
  readonly bytesSent: number;
  /** Those of them that belong to checks. */
  readonly bytesOfChecks: number;
  readonly andGates: number;
  readonly multiplications: number;
  readonly memoryBytes: number;
  /** This party's share of the revealed scalar, decimal. */
  readonly share: string;
}

function programOf(work: Work, security: Security): Program {
  switch (work.kind) {
    case 'compare':
      return compareProgram(work.rows, work.width, work.checked, security);
    case 'sort':
      return sortProgram(work.rows, work.width, work.checked, security);
    case 'and':
      return andProgram(work.rows, work.depth, work.checked, security);
    case 'multiply':
      return multiplyProgram(work.rows, security);
  }
}

const directory = await readPartyDirectory(process.argv[2] ?? '.');
const { consortium, identity, self } = directory;
const peers = consortium.parties.filter((party) => party.index !== self);
const kernels = new KernelPool(loadKernels);
const batches = new BatchMemory();
const verifier = new VerifierHost({ party: identity.name, log: 'error' }, 2 ** 32);
let hub: ExchangeHub | undefined;
const server = buildExchangeServer({
  authenticate: authenticator(new Pins({ ...consortium, members: [] }), consortium.tls),
  accept: async (requestId, from, stream) => hub?.accept(requestId, from, stream),
  log: pino({ level: 'error' }, pino.destination(2)),
  ...(consortium.tls
    ? {
        https: serverTls(
          identity,
          peers.map((p) => p.certificate),
        ),
      }
    : {}),
});

const stores = new Map<string, ShareReader>();

/** Synthetic shares are made once per kind of work: the first run pays for them, later ones do not. */
function storeOf(program: Program): ShareReader {
  const sizes = program.stages.flatMap((stage) => {
    if (stage.kind !== 'rows' || stage.source.kind !== 'stored') return [];
    const rows = stage.source.relation.parts.map((part) => part.rows);
    return [...rows, ...stage.bits.map(({ planes }) => planes)];
  });
  const label = `${program.operators.join()} ${sizes.join()}`;
  const store = stores.get(label) ?? syntheticStore(self, program);
  stores.set(label, store);
  return store;
}

async function run(requestId: string, work: Work, security: Security): Promise<PrimitiveDone> {
  const program = programOf(work, security);
  const shares = storeOf(program);
  return kernels.use(async (engine) => {
    if (hub === undefined) throw new Error('no addresses yet');
    const cpu = process.cpuUsage();
    const started = performance.now();
    const channel = await hub.open(requestId);
    const result = await runProgram({
      requestId,
      analystKey: new Uint8Array(32),
      consortium: new Uint8Array(32),
      program,
      programDigest: programDigest(nodeCrypto, program),
      channel,
      engine,
      shares,
      signer: signerOf(identity),
      identities: consortium.parties.map((party) => Buffer.from(party.identityKey, 'base64')),
      crypto: nodeCrypto,
      keys: nodeKeys,
      compute: (party, batch) => verifier.compute(party, batch),
      batches,
      clock: () => performance.now() / 1000,
    });
    const used = process.cpuUsage(cpu);
    return {
      kind: 'done',
      seconds: (performance.now() - started) / 1000,
      cpuSeconds: (used.user + used.system) / 1e6,
      rounds: result.rounds,
      secondsWaited: result.secondsWaited,
      bytesSent: channel.bytesSent,
      bytesOfChecks: checkBytes(program, result.sorts),
      andGates: result.andGates,
      multiplications: result.multiplications,
      memoryBytes: process.memoryUsage().rss,
      share: String(result.shares.scalars[0]),
    };
  });
}

/** Most bytes that a party sends for the verification of a run. */
function checkBytes(program: Program, sorts: SortRecord): number {
  const measured = sorts.length === 0 ? measure(program, true) : measure(program, true, sorts);
  const checks = measured.operators.find(({ label }) => label.startsWith('verification'));
  return Math.max(0, ...(checks?.cost.bytesPerParty ?? []));
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToPrimitive) => {
  if (message.kind === 'addresses') {
    hub = new ExchangeHub({
      self,
      timer: systemTimer,
      peers: consortium.parties.map(({ certificate, index }) => {
        if (index === self) return undefined;
        const tls = consortium.tls ? clientTls(identity, certificate) : undefined;
        return { host: '127.0.0.1', port: message.ports[index] ?? 0, tls };
      }),
    });
    process.send?.({ kind: 'ready' });
    return;
  }
  run(message.requestId, message.work, message.security).then(
    (done) => process.send?.(done),
    (error: unknown) => process.send?.({ kind: 'failed', error: String(error) }),
  );
});
process.send?.({ kind: 'port', port: await listen(server, { host: '127.0.0.1', port: 0 }) });
