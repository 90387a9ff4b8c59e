import type { ClosedBatch } from '../program/batch-book.ts';
import type { CheckKind } from '../program/checks.ts';
import { checkRounds } from '../program/measure-check.ts';
import type { Party } from '../protocol/party.ts';
import type { Batch, ComputeFactory } from './batch-compute.ts';
import type { BatchMemory } from './batch-memory.ts';
import { runCheck } from './check.ts';
import type { CheckRecord } from './check-record.ts';

/** A check that runs beside the computation. */
export interface RunningCheck {
  readonly kind: CheckKind;
  /** Rounds that it takes from its start. */
  readonly rounds: number;
  /** Rejects with the check's error; never unhandled. */
  readonly passed: Promise<void>;
  readonly isOver: boolean;
}

/** Runs the checks of all lanes of a query attempt and keeps their records. */
export class CheckRunner {
  readonly party: Party;
  /** For the batches of all lanes. */
  readonly memory: BatchMemory;
  readonly #compute: ComputeFactory;
  readonly #clock: () => number;
  #secondsWaited = 0;
  readonly #records: CheckRecord[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Of the first check that failed: after it, nothing of the attempt passes any more. */
  #failure: { readonly error: unknown } | undefined;

  /** `clock`: monotonic seconds; `memory` may be that of other queries of the party. */
  constructor(party: Party, compute: ComputeFactory, clock: () => number, memory: BatchMemory) {
    this.party = party;
    this.memory = memory;
    this.#compute = compute;
    this.#clock = clock;
  }

  /** Seconds for which lanes have waited for checks; the rest of their work was done beside the computation. */
  get secondsWaited(): number {
    return this.#secondsWaited;
  }

  /** Records of the checks that have passed, in the order of their batches' ids, which is the same at all parties. */
  get records(): readonly CheckRecord[] {
    return [...this.#records].sort((a, b) => (a.batch < b.batch ? -1 : 1));
  }

  /** Begins to verify a batch. If that fails, the channel is aborted, so that all lanes end. */
  start(closed: ClosedBatch, batch: Batch): RunningCheck {
    const { kind } = closed.shape;
    const check = { kind, rounds: checkRounds(closed.shape), isOver: false };
    const passed = this.#run(closed, batch).finally(() => {
      check.isOver = true;
      this.#running.delete(passed);
    });
    this.#running.add(passed);
    // Somebody waits for it later, or fails because of it.
    passed.catch(() => undefined);
    return Object.assign(check, { passed });
  }

  /** Waits for checks to pass; rejects with the error of one that does not, or that of any other that has failed by then. */
  async passed(checks: readonly RunningCheck[]): Promise<void> {
    const started = this.#clock();
    for (const { passed } of checks) await passed;
    this.#secondsWaited += this.#clock() - started;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves when no check runs any more, however they ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #run({ id, shape }: ClosedBatch, batch: Batch): Promise<void> {
    const { party } = this;
    try {
      const compute = await this.#compute(party.self, batch);
      this.#records.push(await runCheck(party, id, shape, compute));
    } catch (error) {
      this.#failure ??= { error };
      party.channel.abort(error instanceof Error ? error : new Error(String(error)));
      throw error;
    } finally {
      this.memory.give(batch.data);
    }
  }
}
