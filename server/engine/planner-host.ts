import type { Worker } from 'node:worker_threads';
import type { TableVersion } from '../../src/catalog/table.ts';
import { FairQueue } from '../../src/engine/fair-queue.ts';
import type { Outline, Planner, Question } from '../../src/engine/planner.ts';
import type { Prepared } from '../../src/engine/prepare.ts';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import { startThread } from '../entry.ts';
import type { PartyDirectory } from '../identity/party-directory.ts';
import { firstMessage, threadEnded } from './first-message.ts';
import { fromPlain } from './messages.ts';
import type { FromPlanner, PlannerData, ToPlanner } from './planner-messages.ts';

/** Longest planning of one statement; whatever takes longer is a mistake or an attack. */
const PLAN_MS = 30_000;

type Reply = Exclude<FromPlanner, { kind: 'ready' | 'failure' }>;

interface Call {
  readonly message: ToPlanner;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The engine thread's handle on the planner thread: a large plan takes a good part of a second, during which the engine
 * must go on with the queries that run. Statements are planned one after another, fair among
 * analysts. A thread that fails over one, or is too long
 * about it, is replaced.
 */
export class PlannerHost implements Planner {
  readonly #waiting = new FairQueue<Call>();
  #current: Call | undefined;
  #worker: Worker | undefined;
  #cancelLimit: () => void = () => {};
  #next = 0;
  #state: 'running' | 'starting' | 'ended' | 'stopped' = 'starting';
  readonly #directory: PartyDirectory;
  /** Resolves when the first thread can plan; rejects if it cannot start. */
  readonly ready: Promise<void>;

  /** Starts the thread of a party; who asks meanwhile waits. */
  constructor(directory: PartyDirectory) {
    this.#directory = directory;
    this.ready = this.#start();
    this.ready.catch(() => {});
  }

  async outline(sql: string, signal?: AbortSignal, analyst?: string): Promise<Outline> {
    const message = { kind: 'outline', call: this.#next++, sql } as const;
    const reply = await this.#ask(message, signal, analyst);
    invariant(reply.kind === 'outline', 'the planner thread outlines');
    return reply.outline;
  }

  async plan(
    question: Question,
    tables: readonly TableVersion[],
    signal?: AbortSignal,
    analyst?: string,
  ): Promise<Prepared> {
    const message = { kind: 'plan', call: this.#next++, question, tables } as const;
    const reply = await this.#ask(message, signal, analyst);
    invariant(reply.kind === 'plan', 'the planner thread plans');
    return reply.prepared;
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    await this.#worker?.terminate();
  }

  /** A call that is dropped before its turn rejects with the signal's reason; one under way goes on to its end. */
  async #ask(message: ToPlanner, signal?: AbortSignal, analyst = ''): Promise<Reply> {
    signal?.throwIfAborted();
    let drop = () => {};
    try {
      return await new Promise((resolve, reject) => {
        const call: Call = { message, resolve, reject };
        drop = () => {
          if (this.#waiting.remove(analyst, call)) reject(signal?.reason);
        };
        signal?.addEventListener('abort', drop);
        this.#waiting.add(analyst, call);
        this.#proceed();
      });
    } finally {
      signal?.removeEventListener('abort', drop);
    }
  }

  #proceed(): void {
    if (this.#state === 'ended') this.#revive();
    if (this.#current !== undefined || this.#state !== 'running') return;
    const call = this.#waiting.next();
    if (call === undefined) return;
    this.#current = call;
    const limit = setTimeout(() => this.#giveUp(), PLAN_MS);
    this.#cancelLimit = () => clearTimeout(limit);
    this.#worker?.postMessage(call.message);
  }

  #receive(message: FromPlanner): void {
    const call = this.#current;
    if (message.kind === 'ready' || call?.message.call !== message.call) return;
    this.#release();
    if (message.kind === 'failure') call.reject(fromPlain(message.error));
    else call.resolve(message);
    this.#proceed();
  }

  #release(): void {
    this.#cancelLimit();
    this.#current = undefined;
  }

  /** The thread's end, which follows, starts a new one. */
  #giveUp(): void {
    const message = `planning the statement took more than ${PLAN_MS / 1000} s; simplify it`;
    this.#current?.reject(new TacitError('SQL_TOO_LARGE', message));
    void this.#worker?.terminate();
  }

  async #start(): Promise<void> {
    this.#state = 'starting';
    const { identity, settings } = this.#directory;
    const about = { party: identity.name, log: settings.log } satisfies PlannerData;
    const worker = startThread('./planner-worker', import.meta.url, about);
    this.#worker = worker;
    // It must not keep an engine thread alive that could not start.
    worker.unref();
    const ended = new Promise<number>((resolve) => worker.once('exit', resolve));
    worker.on('message', (message: FromPlanner) => this.#receive(message));
    await firstMessage<FromPlanner>(worker, ended, 'planner');
    if (this.#state === 'starting') this.#state = 'running';
    void ended.then(() => this.#lose());
    this.#proceed();
  }

  /** The statement under way is lost; those that wait go to a new thread. */
  #lose(): void {
    if (this.#state === 'running') this.#state = 'ended';
    this.#current?.reject(threadEnded('planner'));
    this.#release();
    if (this.#waiting.size > 0) this.#proceed();
  }

  #revive(): void {
    this.#start().catch((error: unknown) => {
      if (this.#state === 'starting') this.#state = 'ended';
      for (let call = this.#waiting.next(); call !== undefined; call = this.#waiting.next()) {
        call.reject(error instanceof Error ? error : threadEnded('planner'));
      }
    });
  }
}
