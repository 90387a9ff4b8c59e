import { LRUCache } from 'lru-cache';
import { hex } from '../crypto/hex.ts';
import type { KeyProvider, Signer } from '../crypto/keys.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { TacitError } from '../errors/tacit-error.ts';
import type { PlanLimits } from '../planner/limits.ts';
import { LAN } from '../planner/network.ts';
import type { Cost } from '../program/cost.ts';
import { isInteractive, measure } from '../program/measure.ts';
import type { Security } from '../program/program.ts';
import type { SortRecord } from '../program/sort-record.ts';
import type { ComputeFactory } from '../proof/batch-compute.ts';
import { BatchMemory } from '../proof/batch-memory.ts';
import { ComputeMeter } from '../proof/compute-meter.ts';
import { greet } from '../protocol/session.ts';
import { requestDigest } from '../receipt/query-id.ts';
import type { ShareStore } from '../storage/share-store.ts';
import { VerifiedShares } from '../storage/verified-shares.ts';
import type { Channel } from '../transport/channel.ts';
import type { Timer } from '../transport/timer.ts';
import { Admission, type Ticket } from './admission.ts';
import { agreeOnVersions, encodeOffer, newestOfEach, usableVersions } from './agree-versions.ts';
import { type Attested, attest } from './attest.ts';
import type { KernelPool } from './kernel-pool.ts';
import { openTotals } from './open-totals.ts';
import type { Outline, Planner, Question } from './planner.ts';
import type { Prepared } from './prepare.ts';
import { PreparedStatements } from './prepared-statements.ts';
import type {
  AdmittedQuery,
  PartyStats,
  QueryAnswer,
  QueryLimits,
  QueryProgress,
} from './query.ts';
import { countRounds, RoundCounter } from './rounds-done.ts';
import { runProgram } from './run-program.ts';
import { Stop } from './stop.ts';
import {
  type AwaitPeer,
  FollowedTurns,
  GivenTurns,
  notStarted,
  SCHEDULER,
  type Turns,
} from './turns.ts';

/** What one party's engine is made of. */
export interface EngineParts {
  readonly self: number;
  readonly signer: Signer;
  /** Ed25519 identities of all parties, in order. */
  readonly identities: readonly Uint8Array[];
  readonly store: ShareStore;
  /** Opens the channel of one query attempt to all peers. */
  readonly openChannel: (requestId: string, signal?: AbortSignal) => Promise<Channel>;
  /** Waits for a peer to open its channel of a query. */
  readonly awaitPeer: AwaitPeer;
  readonly kernels: KernelPool;
  /** Where batches are verified. */
  readonly compute: ComputeFactory;
  readonly planner: Planner;
  readonly limits: QueryLimits;
  readonly crypto: CryptoProvider;
  readonly keys: KeyProvider;
  /** What all parties run; part of their agreement and of every program. */
  readonly security: Security;
  /** What the consortium allows plans to take; absent: the default. */
  readonly planLimits?: PlanLimits;
  /** Digest of what all parties and members of the consortium agreed on; equal at all parties. */
  readonly consortium: Uint8Array;
  /** Monotonic seconds. */
  readonly clock: () => number;
  /** Milliseconds since 1970; signed with every answer. */
  readonly time: () => number;
  readonly timer: Timer;
}

/** Ids remembered, so that a replayed request, or attempt, is refused. */
const IDS_MAX = 100_000;

/** One query whose statement was read. */
interface Job {
  readonly request: AdmittedQuery;
  readonly question: Question;
  readonly outline: Outline;
  readonly ticket: Ticket;
  readonly turns: Turns;
  readonly stop: Stop;
  readonly counter: RoundCounter;
  isRunning: boolean;
  planSeconds: number;
}

/** The life of a query at one party: plan, wait for its turn, agree with the peers, run, seal. */
export class PartyEngine {
  readonly #parts: EngineParts;
  readonly #statements: PreparedStatements;
  readonly #batches = new BatchMemory();
  readonly #admission: Admission;
  readonly #jobs = new Map<string, () => QueryProgress>();
  readonly #requests = new LRUCache<string, true>({ max: IDS_MAX });
  readonly #attempts = new LRUCache<string, true>({ max: IDS_MAX });
  readonly #turns: Turns;
  /** Explanations need no memory and no time, and do not wait for those who do. */
  readonly #turnsToExplain: Turns;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#statements = new PreparedStatements(parts.planner);
    const { awaitPeer, limits, self } = parts;
    this.#admission = new Admission(limits);
    const turns = () =>
      self === SCHEDULER ? new GivenTurns(limits) : new FollowedTurns(limits, awaitPeer);
    this.#turns = turns();
    this.#turnsToExplain = turns();
  }

  /**
   * Answers one statement; the signal cancels it at all parties. All errors are TacitErrors: PARTY_BUSY if too many wait,
   * QUERY_CONFLICT for a request id used before, QUERY_TIMEOUT, CANCELLED, and those of planning and execution.
   */
  async query(request: AdmittedQuery, signal?: AbortSignal): Promise<QueryAnswer> {
    this.#refuseReplay(request.requestId);
    this.#refuseUnusableKey(request.analystKey);
    const ticket = this.#admission.enter(request.analyst);
    const stop = new Stop(this.#parts.timer, signal);
    const { requestId } = request;
    this.#jobs.set(requestId, () => ({ state: 'queued' }));
    try {
      return await this.#serve(request, stop, ticket);
    } catch (thrown) {
      throw asTacitError(thrown);
    } finally {
      stop.release();
      this.#jobs.delete(requestId);
      ticket.leave();
    }
  }

  /** How far a query is; undefined if none of this id is on its way. */
  progress(requestId: string): QueryProgress | undefined {
    return this.#jobs.get(requestId)?.();
  }

  async #serve(request: AdmittedQuery, stop: Stop, ticket: Ticket): Promise<QueryAnswer> {
    const { limits, planLimits, security, self } = this.#parts;
    const { parameters = [], network = LAN, sql } = request;
    const seconds = Math.min(request.timeoutSeconds ?? Infinity, limits.timeoutSeconds);
    stop.after(seconds, notStarted(self, seconds));
    const { analyst, requestId } = request;
    const reading = this.#statements.outline(sql, stop.signal, analyst);
    ticket.hold(reading);
    const outline = await stop.race(reading);
    const turns = outline.explain ? this.#turnsToExplain : this.#turns;
    const question: Question = {
      ...{ sql, parameters, network, security },
      ...(planLimits && { limits: planLimits }),
    };
    const counter = new RoundCounter();
    const flags = { isRunning: false, planSeconds: 0 };
    const job: Job = { request, question, outline, ticket, turns, stop, counter, ...flags };
    this.#jobs.set(requestId, () => progressOf(job));
    const guess = await this.#planAhead(job);
    // A statement without tables is the same everywhere.
    if (guess && outline.tables.length === 0) return answerOf(job, guess);
    const end = await turns.wait(request, stop.signal);
    try {
      stop.signal.throwIfAborted();
      job.isRunning = true;
      stop.after(seconds, `the query ran for ${seconds} s, which is its limit`);
      return await this.#run(job);
    } finally {
      end();
    }
  }

  /**
   * Plans on this party's newest versions while others have their turns: nearly always those that all parties will agree
   * on. What is wrong with a statement is said now, unless it might be right on an older version.
   */
  async #planAhead(job: Job): Promise<Prepared | undefined> {
    const tables = this.#parts.store.tables();
    try {
      return await this.#plan(job, newestOfEach(tables));
    } catch (error) {
      const usable = usableVersions(tables, job.outline.tables);
      const isCertain = usable.every((versions) => versions.length <= 1);
      if (isCertain || job.stop.signal.aborted) throw error;
      return undefined;
    }
  }

  async #plan(job: Job, tables: Parameters<PreparedStatements['prepare']>[2]): Promise<Prepared> {
    const { clock } = this.#parts;
    const before = clock();
    const { outline, question, request, stop, ticket } = job;
    const { signal } = stop;
    const planning = this.#statements.prepare(question, outline, tables, signal, request.analyst);
    ticket.hold(planning);
    const prepared = await stop.race(planning);
    job.counter.use(prepared.program, prepared.measurement.total.rounds);
    job.planSeconds += clock() - before;
    return prepared;
  }

  /** From the first byte between the parties to the sealed answer. */
  async #run(job: Job): Promise<QueryAnswer> {
    const { requestId } = job.request;
    const { signal } = job.stop;
    const opened = await this.#parts.openChannel(requestId, signal);
    const channel = countRounds(opened, job.counter);
    const cancel = () => channel.abort(signal.reason);
    signal.addEventListener('abort', cancel);
    try {
      signal.throwIfAborted();
      return await this.#exchange(job, channel);
    } catch (thrown) {
      channel.abort(thrown instanceof Error ? thrown : new Error(String(thrown)));
      throw signal.aborted ? signal.reason : thrown;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  async #exchange(job: Job, channel: Channel): Promise<QueryAnswer> {
    const { clock, crypto, kernels, store } = this.#parts;
    const { outline, request, question, stop } = job;
    const started = clock();
    const plannedBefore = job.planSeconds;
    const usable = usableVersions(store.tables(), outline.tables);
    const greeting = await greet(
      channel,
      { ...this.#parts, requestId: request.requestId },
      requestDigest(crypto, { ...question, ...asker(request) }),
      encodeOffer(outline.tables, usable),
    );
    const offers = greeting.hellos.map(({ offer }) => offer);
    const agreed = agreeOnVersions(outline.tables, usable, offers);
    const prepared = await this.#plan(job, agreed);
    if (prepared.explainOnly || !isInteractive(prepared.program)) {
      await channel.close();
      return answerOf(job, prepared, { rounds: 1, bytesSent: channel.bytesSent });
    }
    return kernels.use(async (engine) => {
      stop.signal.throwIfAborted();
      const { requestId, analystKey } = request;
      const meter = new ComputeMeter(this.#parts.compute);
      const run = await runProgram({
        ...this.#parts,
        ...{ requestId, analystKey, channel, engine, greeting, compute: meter.compute },
        batches: this.#batches,
        shares: new VerifiedShares(store, crypto, channel.self),
        program: prepared.program,
        programDigest: prepared.digest,
        attempts: { claim: (id) => claim(this.#attempts, hex(id)) },
        openTotals: (permit) => openTotals(crypto, store, permit, agreed, prepared.audit),
      });
      const { consortium } = this.#parts;
      const answered = { request, question, prepared, versions: agreed, run, consortium };
      const attested = attest(this.#parts, run.passed.permit, answered);
      const { andGates, multiplications, rounds, secondsWaited: verify } = run;
      const execute = clock() - started - (job.planSeconds - plannedBefore);
      const costs = { andGates, multiplications, rounds, bytesSent: channel.bytesSent };
      const memoryPeakBytes = engine.arena.peakBytes + meter.peakBytes;
      const answer = answerOf(job, prepared, { ...costs, memoryPeakBytes }, { execute, verify });
      const cost = costOf(prepared, run.sorts);
      return { ...answer, cost, ...this.#seal(request, answer.programDigest, attested) };
    });
  }

  #refuseReplay(requestId: string): void {
    if (!/^[0-9a-f]{32}$/.test(requestId)) {
      throw new TacitError('REQUEST_INVALID', 'requestId must be 32 lower-case hex digits');
    }
    if (claim(this.#requests, requestId)) return;
    throw new TacitError('QUERY_CONFLICT', 'this request id was used before; send a fresh one');
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

  #seal(request: AdmittedQuery, digest: string, { attestation, sealed }: Attested) {
    const { keys, self } = this.#parts;
    const context = `tacit/result|${request.requestId}|${self}|${digest}`;
    const bytes = keys.seal(request.analystKey, sealed, new TextEncoder().encode(context));
    return { attestation, sealed: bytes };
  }
}

/** What a run took, exactly: of sorts, more is known afterwards. */
function costOf({ measurement, program }: Prepared, sorts: SortRecord): Cost {
  return sorts.length === 0 ? measurement.total : measure(program, true, sorts).total;
}

/** What a request says besides the question. */
function asker({ analyst, analystKey, previous }: AdmittedQuery) {
  return { analyst, analystKey, previous: previous ?? null };
}

function progressOf({ counter, isRunning, request, turns }: Job): QueryProgress {
  if (isRunning) return { state: 'running', rounds: counter.rounds };
  const place = turns.placeOf(request);
  return { state: 'queued', ...(place === undefined ? {} : { place }) };
}

/** True for an id that was not there before. */
function claim(ids: LRUCache<string, true>, id: string): boolean {
  if (ids.has(id)) return false;
  ids.set(id, true);
  return true;
}

/** What is not a TacitError is our defect; its text stays in `cause` and goes to nobody. */
function asTacitError(thrown: unknown): TacitError {
  if (thrown instanceof TacitError) return thrown;
  const message = 'internal error: the query failed unexpectedly';
  return new TacitError('TACIT_INVARIANT', message, undefined, { cause: thrown });
}

const IDLE = { rounds: 0, bytesSent: 0, andGates: 0, multiplications: 0, memoryPeakBytes: 0 };

/** The answer without result shares. */
function answerOf(
  job: Job,
  prepared: Prepared,
  costs: Partial<Omit<PartyStats, 'seconds'>> = {},
  { execute, verify } = { execute: 0, verify: 0 },
): QueryAnswer {
  const { disclosures, explain, explainOnly, measurement, program, shape, tables } = prepared;
  const seconds = { plan: job.planSeconds, execute, verify };
  return {
    ...{ shape, disclosures, tables, explain, explainOnly },
    security: program.suite.security,
    cost: measurement.total,
    programDigest: hex(prepared.digest),
    sealed: new Uint8Array(),
    stats: { seconds, ...IDLE, ...costs },
  };
}
