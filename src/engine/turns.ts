import { TacitError } from '../errors/tacit-error.ts';
import { partyName } from '../transport/party-name.ts';
import { FairQueue } from './fair-queue.ts';
import type { QueryLimits } from './query.ts';

/** The party that decides which query is next; the others follow its streams. */
export const SCHEDULER = 0;

/** What a turn is for. */
export interface Candidate {
  readonly requestId: string;
  readonly analyst: string;
}

/**
 * When queries may start at one party. One party alone gives turns: if each party chose for itself, two parties could
 * each run a query that waits for the other party.
 */
export interface Turns {
  /**
   * Resolves when the query may start, with a function to be called once when it has ended. PARTY_BUSY if too many wait or
   * run, the signal's reason when it is aborted before.
   */
  wait(candidate: Candidate, signal: AbortSignal): Promise<() => void>;
  /** The place of a waiting query, 1 if it is next; undefined where that is not known. */
  placeOf(candidate: Candidate): number | undefined;
}

interface Waiting extends Candidate {
  readonly start: () => void;
}

/**
 * The turns that the scheduling party gives: fair among analysts, at most `running` at a time. While others wait, nobody gets
 * another turn who has half of them: queries that end late, or that only this party was asked, must not hold all.
 */
export class GivenTurns implements Turns {
  readonly #limits: QueryLimits;
  readonly #queue = new FairQueue<Waiting>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #running = new Map<string, number>();
  #runningCount = 0;

  constructor(limits: QueryLimits) {
    this.#limits = limits;
  }

  async wait(candidate: Candidate, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const { requestId, analyst } = candidate;
    if (this.#runningCount < this.#limits.running) {
      this.#count(analyst, 1);
      return () => this.#release(analyst);
    }
    refuseIfFull(this.#limits, this.#queue.size, this.#queue.sizeOf(analyst));
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#queue.remove(analyst, waiting);
        this.#waiting.delete(requestId);
        reject(signal.reason);
      };
      const start = () => {
        signal.removeEventListener('abort', leave);
        this.#waiting.delete(requestId);
        this.#count(analyst, 1);
        resolve();
      };
      const waiting = { ...candidate, start };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.add(analyst, waiting);
      this.#waiting.set(requestId, waiting);
    });
    return () => this.#release(analyst);
  }

  placeOf({ analyst, requestId }: Candidate): number | undefined {
    const waiting = this.#waiting.get(requestId);
    return waiting && this.#queue.placeOf(analyst, waiting);
  }

  /** The place of a query that has ended goes to the next one, if any. */
  #release(analyst: string): void {
    this.#count(analyst, -1);
    const most = Math.max(1, Math.floor(this.#limits.running / 2));
    this.#queue.next((other) => (this.#running.get(other) ?? 0) < most)?.start();
  }

  #count(analyst: string, change: 1 | -1): void {
    this.#runningCount += change;
    const count = (this.#running.get(analyst) ?? 0) + change;
    if (count === 0) this.#running.delete(analyst);
    else this.#running.set(analyst, count);
  }
}

/** A query that has ended here may still run there, so that a follower must take a few more. */
const SLACK = 2;

/** The turns of the other parties: a query may start when the scheduling party's stream for it is here. */
export class FollowedTurns implements Turns {
  readonly #limits: QueryLimits;
  readonly #awaitPeer: AwaitPeer;
  readonly #waiting = new Map<string, number>();
  #waitingCount = 0;
  #running = 0;

  constructor(limits: QueryLimits, awaitPeer: AwaitPeer) {
    this.#limits = { ...limits, queued: SLACK * (limits.queued + limits.running) };
    this.#awaitPeer = awaitPeer;
  }

  async wait({ analyst, requestId }: Candidate, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const own = this.#waiting.get(analyst) ?? 0;
    refuseIfFull(this.#limits, this.#waitingCount, own);
    this.#count(analyst, 1);
    try {
      await this.#awaitPeer(requestId, SCHEDULER, signal);
    } finally {
      this.#count(analyst, -1);
    }
    const { running } = this.#limits;
    if (this.#running >= SLACK * running) {
      const message = `${SLACK * running} queries run here already, more than \`queries.running: ${running}\` in party.yaml provides for; all parties should set it alike`;
      throw new TacitError('PARTY_BUSY', message);
    }
    this.#running++;
    return () => {
      this.#running--;
    };
  }

  placeOf(): undefined {
    return undefined;
  }

  #count(analyst: string, change: 1 | -1): void {
    this.#waitingCount += change;
    const count = (this.#waiting.get(analyst) ?? 0) + change;
    if (count === 0) this.#waiting.delete(analyst);
    else this.#waiting.set(analyst, count);
  }
}

/** Resolves when the party has opened its stream for the request; rejects with PEER_CLOSED or the signal's reason. */
export type AwaitPeer = (requestId: string, party: number, signal: AbortSignal) => Promise<void>;

/** PARTY_BUSY unless one more query may wait here. */
function refuseIfFull({ queued }: QueryLimits, waiting: number, own: number): void {
  const perAnalyst = Math.ceil(queued / 2);
  if (waiting >= queued) {
    const message = `${waiting} queries wait here already, which is the limit; try again later`;
    throw new TacitError('PARTY_BUSY', message);
  }
  if (own < perAnalyst) return;
  const message = `${own} of your queries wait here already, which is the limit for one analyst; wait for some of them, or cancel some`;
  throw new TacitError('PARTY_BUSY', message);
}

/** Why a query that waited for its turn has not started, as one party sees it. */
export function notStarted(self: number, seconds: number): string {
  return self === SCHEDULER
    ? `the query waited ${seconds} s for others to end`
    : `${partyName(SCHEDULER)}, which gives every query its turn, did not start this one within ${seconds} s`;
}
