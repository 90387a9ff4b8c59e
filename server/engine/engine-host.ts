import type { Worker } from 'node:worker_threads';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import type { QueryEngine } from '../control/control-deps.ts';
import { startThread } from '../entry.ts';
import type { PartyDirectory } from '../identity/party-directory.ts';
import { type FromEngine, fromPlain, type ToEngine } from './messages.ts';

interface Call {
  readonly resolve: (answer: QueryAnswer | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Longest start of the thread, generous for a busy machine. */
const START_MS = 60_000;

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
  readonly #calls = new Map<number, Call>();
  #next = 0;
  #hasEnded = false;

  private constructor(worker: Worker, port: number, ended: Promise<number>) {
    this.#worker = worker;
    this.exchangePort = port;
    this.ended = ended;
    worker.on('message', (message: FromEngine) => this.#receive(message));
    void ended.then(() => this.#failAll());
  }

  /** Starts the thread of a party; resolves when its exchange server listens. */
  static async start(directory: PartyDirectory): Promise<EngineHost> {
    const worker = startThread('./engine-worker', import.meta.url, directory);
    const ended = new Promise<number>((resolve) => worker.once('exit', resolve));
    const first = await new Promise<FromEngine>((resolve, reject) => {
      const late = setTimeout(() => {
        const seconds = START_MS / 1000;
        reject(new TacitError('TACIT_INVARIANT', `the engine did not start within ${seconds} s`));
        void worker.terminate();
      }, START_MS);
      worker.once('message', resolve);
      void ended.then(() => reject(threadEnded()));
      // Also for later: what nobody in the thread caught ends the thread, and `ended` tells.
      worker.on('error', reject);
      void ended.finally(() => clearTimeout(late));
      worker.once('message', () => clearTimeout(late));
    });
    if (first.kind === 'refused') throw fromPlain(first.error);
    invariant(first.kind === 'listening', 'the engine thread first says that it listens');
    return new EngineHost(worker, first.port, ended);
  }

  /** To be called once: tells the engine where the exchange servers of all parties are, in party order. */
  setAddresses(exchange: readonly string[]): void {
    this.#post({ kind: 'addresses', exchange });
  }

  async query(request: QueryRequest, signal: AbortSignal): Promise<QueryAnswer> {
    if (signal.aborted) throw new TacitError('CANCELLED', 'the query was cancelled');
    const call = this.#next++;
    const cancel = () => this.#post({ kind: 'cancel', call });
    signal.addEventListener('abort', cancel);
    try {
      const answer = await this.#ask({ kind: 'query', call, request });
      invariant(answer !== undefined, 'the engine thread answers a query');
      return answer;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Resolves if the thread answers and its engine works. */
  async alive(): Promise<void> {
    await this.#ask({ kind: 'ping', call: this.#next++ });
  }

  /** Asks the thread to end; resolves when it has. */
  async stop(): Promise<void> {
    this.#post({ kind: 'stop' });
    await this.ended;
  }

  #ask(message: Extract<ToEngine, { call: number }>): Promise<QueryAnswer | undefined> {
    if (this.#hasEnded) return Promise.reject(threadEnded());
    return new Promise((resolve, reject) => {
      this.#calls.set(message.call, { resolve, reject });
      this.#post(message);
    });
  }

  #post(message: ToEngine): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromEngine): void {
    if (message.kind === 'listening' || message.kind === 'refused') return;
    const call = this.#calls.get(message.call);
    this.#calls.delete(message.call);
    if (message.kind === 'failure') call?.reject(fromPlain(message.error));
    else call?.resolve(message.kind === 'answer' ? message.answer : undefined);
  }

  #failAll(): void {
    this.#hasEnded = true;
    for (const call of this.#calls.values()) call.reject(threadEnded());
    this.#calls.clear();
  }
}

function threadEnded(): TacitError {
  return new TacitError('TACIT_INVARIANT', 'internal error: the engine thread of a party ended');
}
