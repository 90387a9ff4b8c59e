import { LRUCache } from 'lru-cache';
import { encodeAnswer } from '../../src/client/query/answer-codec.ts';
import type { QueryProgress, QueryRequest } from '../../src/engine/query.ts';
import { TacitError } from '../../src/errors/tacit-error.ts';
import type { Principal } from '../identity/consortium.ts';
import type { Logger } from '../log.ts';
import type { QueryEngine } from './control-deps.ts';
import { toTacitError } from './errors.ts';

/** Ended queries that are remembered, how long, and the bytes that their answers may have together. */
const ENDED_MAX = 1000;
const ENDED_MS = 10 * 60_000;
const ANSWER_BYTES_MAX = 512 * 1024 * 1024;

/** What a party tells of a query. */
export type QueryState =
  | QueryProgress
  | { readonly state: 'done' }
  | { readonly state: 'failed' | 'cancelled'; readonly error: TacitError };

export type Member = Extract<Principal, { kind: 'member' }>;

interface Open {
  /** Fingerprint of the analyst's certificate. */
  readonly analyst: string;
  readonly cancel: AbortController;
  /** Resolves when the query has ended in whatever way. */
  readonly end: Promise<Ended>;
}

/** A query that has ended; `answer` is absent if it was handed out already. */
type Ended = { readonly analyst: string } & (
  | { readonly answer: string | undefined }
  | { readonly error: unknown }
);

/** The queries of all analysts at one party: only who submitted one gets its answer; it or an admin may cancel it. */
export class QueryDesk {
  readonly #engine: QueryEngine;
  readonly #log: Pick<Logger, 'info'>;
  readonly #open = new Map<string, Open>();
  readonly #ended = new LRUCache<string, Ended>({
    max: ENDED_MAX,
    ttl: ENDED_MS,
    maxSize: ANSWER_BYTES_MAX,
    sizeCalculation: (ended) => 1 + 2 * (('answer' in ended && ended.answer?.length) || 0),
  });

  constructor(engine: QueryEngine, log: Pick<Logger, 'info'>) {
    this.#engine = engine;
    this.#log = log;
  }

  /** Hands a query to the engine. QUERY_CONFLICT for an id that is or was in use; what else is wrong is the answer. */
  submit(request: QueryRequest, { fingerprint }: Member): void {
    const { requestId } = request;
    if (this.#open.has(requestId) || this.#ended.has(requestId)) {
      throw new TacitError('QUERY_CONFLICT', 'this request id was used before; send a fresh one');
    }
    const cancel = new AbortController();
    const end = this.#serve(request, fingerprint, cancel.signal);
    this.#open.set(requestId, { analyst: fingerprint, cancel, end });
  }

  async #serve(request: QueryRequest, analyst: string, signal: AbortSignal): Promise<Ended> {
    const { requestId } = request;
    const started = performance.now();
    let ended: Ended;
    try {
      const answer = await this.#engine.query({ ...request, analyst }, signal);
      const ms = Math.round(performance.now() - started);
      this.#log.info({ requestId, ms, rounds: answer.stats.rounds }, 'query answered');
      ended = { analyst, answer: encodeAnswer(answer) };
    } catch (error) {
      ended = { analyst, error };
    }
    this.#open.delete(requestId);
    this.#ended.set(requestId, ended);
    return ended;
  }

  /** Where a query stands; QUERY_UNKNOWN, or AUTH_DENIED to other analysts. */
  async state(requestId: string, who: Member): Promise<QueryState> {
    const { ended } = this.#find(requestId, who, 'admin');
    if (ended !== undefined) return stateOf(ended);
    const progress = await this.#engine.progress(requestId);
    const since = this.#ended.get(requestId);
    return since === undefined ? (progress ?? { state: 'queued' }) : stateOf(since);
  }

  /**
   * The encoded answer; undefined if it is not there when `until` resolves. Throws why there will be none.
   */
  async answer(
    requestId: string,
    who: Member,
    until?: Promise<undefined>,
  ): Promise<string | undefined> {
    const { open, ended } = this.#find(requestId, who);
    const ending = until === undefined ? open?.end : Promise.race([open?.end, until]);
    const outcome = ended ?? (await ending);
    if (outcome === undefined) return undefined;
    if ('error' in outcome) throw outcome.error;
    if (outcome.answer === undefined) {
      throw new TacitError('QUERY_UNKNOWN', 'the answer was handed out already');
    }
    return outcome.answer;
  }

  /** The answer has arrived at the analyst and need not be kept any longer. */
  delivered(requestId: string): void {
    const ended = this.#ended.get(requestId);
    if (ended === undefined || 'error' in ended) return;
    this.#ended.set(requestId, { analyst: ended.analyst, answer: undefined });
  }

  /** Ends a query; without effect on one that has ended. */
  cancel(requestId: string, who: Member): void {
    const { open } = this.#find(requestId, who, 'admin');
    open?.cancel.abort();
  }

  #find(
    requestId: string,
    { fingerprint, roles }: Member,
    other?: 'admin',
  ): { open: Open | undefined; ended: Ended | undefined } {
    const open = this.#open.get(requestId);
    const ended = this.#ended.get(requestId);
    const analyst = open?.analyst ?? ended?.analyst;
    if (analyst === undefined) {
      const message = `no query ${requestId} is known here; answers are kept for ${ENDED_MS / 60_000} minutes`;
      throw new TacitError('QUERY_UNKNOWN', message);
    }
    if (analyst !== fingerprint && !(other && roles.includes(other))) {
      throw new TacitError('AUTH_DENIED', `query ${requestId} is another analyst's`);
    }
    return { open, ended };
  }
}

function stateOf(ended: Ended): QueryState {
  if (!('error' in ended)) return { state: 'done' };
  const error = toTacitError(ended.error);
  return { state: error.code === 'CANCELLED' ? 'cancelled' : 'failed', error };
}
