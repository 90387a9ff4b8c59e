import { TacitError } from '../errors/tacit-error.ts';
import type { QueryLimits } from './query.ts';

/** Statements that are let in before they are read, as a multiple of those that may run or wait. */
const FLOOD = 4;

/** One query that was let in. */
export interface Ticket {
  /** The query counts until this has settled too, even if nobody waits for it any more. */
  hold(work: Promise<unknown>): void;
  /** To be called once: the query has ended. */
  leave(): void;
}

/** Bounds what is read and planned, explanations included, whoever's turn it is: in all, and of one analyst. */
export class Admission {
  readonly #most: number;
  readonly #byAnalyst = new Map<string, number>();
  #all = 0;

  constructor({ queued, running }: QueryLimits) {
    this.#most = FLOOD * (queued + running);
  }

  /** Lets a query in; PARTY_BUSY if too many are here, of which half may be one analyst's. */
  enter(analyst: string): Ticket {
    const own = this.#byAnalyst.get(analyst) ?? 0;
    if (this.#all >= this.#most || own >= this.#most / 2) {
      const message = `${this.#all} queries are here already, ${own} of them yours; wait for some of them`;
      throw new TacitError('PARTY_BUSY', message);
    }
    this.#count(analyst, 1);
    let pending = 1;
    const settle = () => {
      pending--;
      if (pending === 0) this.#count(analyst, -1);
    };
    const hold = (work: Promise<unknown>) => {
      pending++;
      work.then(settle, settle);
    };
    return { hold, leave: settle };
  }

  #count(analyst: string, change: 1 | -1): void {
    this.#all += change;
    const own = (this.#byAnalyst.get(analyst) ?? 0) + change;
    if (own === 0) this.#byAnalyst.delete(analyst);
    else this.#byAnalyst.set(analyst, own);
  }
}
