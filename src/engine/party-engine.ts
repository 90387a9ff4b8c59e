import { LRUCache } from 'lru-cache';
import { hex } from '../crypto/hex.ts';
import type { KeyProvider, Signer } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import { ELEMENT_BYTES, writeElement } from '../field/p61.ts';
import { LAN } from '../planner/network.ts';
import { isInteractive } from '../program/measure.ts';
import type { ShareStore } from '../storage/share-store.ts';
import type { Channel } from '../transport/channel.ts';
import type { KernelPool } from './kernel-pool.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { PartyStats, QueryAnswer, QueryRequest } from './query.ts';
import { type AttemptResult, runProgram } from './run-program.ts';

/** What one party's engine is made of. */
export interface EngineParts {
  readonly self: number;
  readonly signer: Signer;
  /** Ed25519 identities of all parties, in order. */
  readonly identities: readonly Uint8Array[];
  readonly store: ShareStore;
  /** Opens the channel of one query attempt to all peers. */
  readonly openChannel: (requestId: string, signal?: AbortSignal) => Promise<Channel>;
  readonly kernels: KernelPool;
  readonly crypto: CryptoProvider;
  readonly keys: KeyProvider;
  /** Digest of what all parties and members of the consortium agreed on; equal at all parties. */
  readonly consortium: Uint8Array;
  /** Monotonic seconds. */
  readonly clock: () => number;
}

const PREPARED_MAX = 256;
/** Queries at a time; each has its own working memory. */
const RUNNING_MAX = 16;
/** Request ids remembered, so that a replayed request is refused. */
const REQUESTS_MAX = 100_000;

/** The life of a query at one party: prepare, run, seal. */
export class PartyEngine {
  readonly #parts: EngineParts;
  readonly #prepared = new LRUCache<string, Prepared>({ max: PREPARED_MAX });
  readonly #seen = new LRUCache<string, true>({ max: REQUESTS_MAX });
  #running = 0;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /**
   * Answers one statement; the signal cancels it. All errors are TacitErrors: PARTY_BUSY beyond {@link RUNNING_MAX}
   * queries at a time, QUERY_CONFLICT for a request id used before, and those of planning and execution.
   */
  async query(request: QueryRequest, signal?: AbortSignal): Promise<QueryAnswer> {
    this.#refuseReplay(request.requestId);
    if (this.#running >= RUNNING_MAX) {
      throw new TacitError(
        'PARTY_BUSY',
        `${RUNNING_MAX} queries are running here; try again later`,
      );
    }
    this.#running++;
    try {
      return await this.#answer(request, signal);
    } catch (thrown) {
      throw asTacitError(thrown);
    } finally {
      this.#running--;
    }
  }

  async #answer(request: QueryRequest, signal: AbortSignal | undefined): Promise<QueryAnswer> {
    const { clock } = this.#parts;
    this.#refuseUnusableKey(request.analystKey);
    const started = clock();
    const prepared = this.#prepare(request.sql);
    const plan = clock() - started;
    const digest = hex(prepared.digest);
    const base = {
      shape: prepared.shape,
      disclosures: prepared.disclosures,
      explain: prepared.explain,
      explainOnly: prepared.explainOnly,
      cost: prepared.measurement.total,
      programDigest: digest,
    };
    if (prepared.explainOnly || !isInteractive(prepared.program)) {
      return { ...base, sealed: new Uint8Array(), stats: idle(plan) };
    }
    const before = clock();
    const run = await this.#run(request, prepared, signal);
    const execute = clock() - before;
    return {
      ...base,
      sealed: this.#seal(request, digest, run.result.shares),
      stats: {
        seconds: { plan, execute, verify: 0 },
        rounds: run.result.rounds,
        bytesSent: run.bytesSent,
        andGates: run.result.andGates,
        multiplications: run.result.multiplications,
        memoryPeakBytes: run.memoryPeakBytes,
      },
    };
  }

  #refuseReplay(requestId: string): void {
    if (!/^[0-9a-f]{32}$/.test(requestId)) {
      throw new TacitError('REQUEST_INVALID', 'requestId must be 32 lower-case hex digits');
    }
    if (this.#seen.has(requestId)) {
      throw new TacitError('QUERY_CONFLICT', 'this request id was used before; send a fresh one');
    }
    this.#seen.set(requestId, true);
  }

  /** Before anything is computed: a key that nothing can be sealed to would fail after the last round only. */
  #refuseUnusableKey(analystKey: Uint8Array): void {
    try {
      this.#parts.keys.seal(analystKey, new Uint8Array(), new Uint8Array());
    } catch (cause) {
      const message = 'analystKey must be a fresh X25519 public key of 32 bytes';
      throw new TacitError('REQUEST_INVALID', message, undefined, { cause });
    }
  }

  #prepare(sql: string): Prepared {
    const { store, crypto } = this.#parts;
    const tables = store.tables();
    const versions = tables.map((table) => table.digest).sort();
    const key = `${versions.join()}|${LAN.name}|${sql}`;
    let prepared = this.#prepared.get(key);
    if (prepared === undefined) {
      prepared = prepare(sql, { tables }, LAN, crypto);
      this.#prepared.set(key, prepared);
    }
    return prepared;
  }

  async #run(
    request: QueryRequest,
    prepared: Prepared,
    signal: AbortSignal | undefined,
  ): Promise<{ result: AttemptResult; bytesSent: number; memoryPeakBytes: number }> {
    const { openChannel, kernels } = this.#parts;
    return kernels.use(async (engine) => {
      const channel = await openChannel(request.requestId, signal);
      const cancel = () => channel.abort(new TacitError('CANCELLED', 'the query was cancelled'));
      if (signal?.aborted) cancel();
      signal?.addEventListener('abort', cancel);
      try {
        const result = await runProgram({
          ...this.#parts,
          requestId: request.requestId,
          analystKey: request.analystKey,
          program: prepared.program,
          programDigest: prepared.digest,
          channel,
          engine,
        });
        const memoryPeakBytes = engine.arena.peakBytes;
        return { result, bytesSent: channel.bytesSent, memoryPeakBytes };
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    });
  }

  #seal(request: QueryRequest, digest: string, shares: readonly bigint[]): Uint8Array {
    const { keys, self } = this.#parts;
    const bytes = new Uint8Array(shares.length * ELEMENT_BYTES);
    shares.forEach((share, k) => {
      writeElement(bytes, k * ELEMENT_BYTES, share);
    });
    const context = `tacit/result|${request.requestId}|${self}|${digest}`;
    return keys.seal(request.analystKey, bytes, new TextEncoder().encode(context));
  }
}

/** What is not a TacitError is our defect; its text stays in `cause` and goes to nobody. */
function asTacitError(thrown: unknown): TacitError {
  if (thrown instanceof TacitError) return thrown;
  const message = 'internal error: the query failed unexpectedly';
  return new TacitError('TACIT_INVARIANT', message, undefined, { cause: thrown });
}

function idle(plan: number): PartyStats {
  return {
    seconds: { plan, execute: 0, verify: 0 },
    rounds: 0,
    bytesSent: 0,
    andGates: 0,
    multiplications: 0,
    memoryPeakBytes: 0,
  };
}
