import type { Worker } from 'node:worker_threads';
import type { AdmittedQuery, QueryAnswer, QueryProgress } from '../../src/engine/query.ts';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import type { QueryEngine } from '../control/control-deps.ts';
import { startThread } from '../entry.ts';
import type { PartyDirectory } from '../identity/party-directory.ts';
import { firstMessage } from './first-message.ts';
import { type FromEngine, fromPlain, type ToEngine } from './messages.ts';
import { PendingCalls } from './pending-calls.ts';

/** What the thread says to one call when it went well. */
type Reply = Extract<FromEngine, { kind: 'pong' | 'answer' | 'progress' }>;

/**
 * The main thread's handle on the engine thread. One thread computes and owns the peer sockets, because
 * a hand-over between threads costs as much as a network round.
 */
export class EngineHost implements QueryEngine {
  /** Where the exchange listener really listens. */
  readonly exchangePort: number;
  /** Resolves when the thread has ended, with its exit code. */
  readonly ended: Promise<number>;
  readonly #worker: Worker;
  readonly #calls: PendingCalls<Reply>;

  private constructor(worker: Worker, port: number, ended: Promise<number>) {
    this.#worker = worker;
    this.exchangePort = port;
    this.ended = ended;
    this.#calls = new PendingCalls('engine', ended);
    worker.on('message', (message: FromEngine) => {
      if (message.kind === 'listening' || message.kind === 'refused') return;
      this.#calls.settle(message);
    });
  }

  /** Starts the thread of a party; resolves when its exchange server listens. */
  static async start(directory: PartyDirectory): Promise<EngineHost> {
    const worker = startThread('./engine-worker', import.meta.url, directory);
    const ended = new Promise<number>((resolve) => worker.once('exit', resolve));
    const first = await firstMessage<FromEngine>(worker, ended, 'engine');
    if (first.kind === 'refused') throw fromPlain(first.error);
    invariant(first.kind === 'listening', 'the engine thread first says that it listens');
    return new EngineHost(worker, first.port, ended);
  }

  /** To be called once: tells the engine where the exchange servers of all parties are, in party order. */
  setAddresses(exchange: readonly string[]): void {
    this.#post({ kind: 'addresses', exchange });
  }

  async query(request: AdmittedQuery, signal: AbortSignal): Promise<QueryAnswer> {
    if (signal.aborted) throw new TacitError('CANCELLED', 'the query was cancelled');
    const call = this.#calls.number();
    const cancel = () => this.#post({ kind: 'cancel', call });
    signal.addEventListener('abort', cancel);
    try {
      const reply = await this.#ask({ kind: 'query', call, request });
      invariant(reply.kind === 'answer', 'the engine thread answers a query');
      return reply.answer;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  async progress(requestId: string): Promise<QueryProgress | undefined> {
    const reply = await this.#ask({ kind: 'progress', call: this.#calls.number(), requestId });
    invariant(reply.kind === 'progress', 'the engine thread tells progress');
    return reply.progress;
  }

  /** Resolves if the thread answers and its engine works. */
  async alive(): Promise<void> {
    await this.#ask({ kind: 'ping', call: this.#calls.number() });
  }

  /** Asks the thread to end; resolves when it has. */
  async stop(): Promise<void> {
    this.#post({ kind: 'stop' });
    await this.ended;
  }

  #ask(message: Extract<ToEngine, { call: number }>): Promise<Reply> {
    return this.#calls.ask(message.call, () => this.#post(message));
  }

  #post(message: ToEngine): void {
    this.#worker.postMessage(message);
  }
}
