import type { Worker } from 'node:worker_threads';
import type { QueryAnswer, QueryRequest } from '../../src/engine/query.ts';
import { invariant, TacitError } from '../../src/errors/tacit-error.ts';
import type { QueryEngine } from '../control/app.ts';
import { startThread } from '../entry.ts';
import { type FromEngine, fromPlain, type ToEngine } from './messages.ts';

interface Call {
  readonly resolve: (answer: QueryAnswer) => void;
  readonly reject: (error: Error) => void;
}

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

  private constructor(worker: Worker, port: number, ended: Promise<number>) {
    this.#worker = worker;
    this.exchangePort = port;
    this.ended = ended;
    worker.on('message', (message: FromEngine) => this.#receive(message));
    void ended.then(() => this.#failAll());
  }

  /** Starts the thread for a party directory; resolves when its exchange server listens. */
  static async start(dir: string): Promise<EngineHost> {
    const worker = startThread('./engine-worker', import.meta.url, { dir });
    const ended = new Promise<number>((resolve) => worker.once('exit', resolve));
    const first = await new Promise<FromEngine>((resolve, reject) => {
      // Also for later: what nobody in the thread caught ends the thread, and `ended` tells.
      worker.on('error', reject);
      worker.once('message', resolve);
      void ended.then(() => reject(threadEnded()));
    });
    if (first.kind === 'refused') throw fromPlain(first.error);
    invariant(first.kind === 'listening', 'the engine thread first says that it listens');
    return new EngineHost(worker, first.port, ended);
  }

  /** To be called once: tells the engine where the exchange servers of all parties are, in party order. */
  setAddresses(exchange: readonly string[]): void {
    this.#post({ kind: 'addresses', exchange });
  }

  query(request: QueryRequest, signal: AbortSignal): Promise<QueryAnswer> {
    const call = this.#next++;
    return new Promise<QueryAnswer>((resolve, reject) => {
      if (signal.aborted) return reject(new TacitError('CANCELLED', 'the query was cancelled'));
      const cancel = () => this.#post({ kind: 'cancel', call });
      signal.addEventListener('abort', cancel);
      const finish = () => signal.removeEventListener('abort', cancel);
      this.#calls.set(call, {
        resolve: (answer) => {
          finish();
          resolve(answer);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      });
      this.#post({ kind: 'query', call, request });
    });
  }

  /** Asks the thread to end; resolves when it has. */
  async stop(): Promise<void> {
    this.#post({ kind: 'stop' });
    await this.ended;
  }

  #post(message: ToEngine): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromEngine): void {
    if (message.kind !== 'answer' && message.kind !== 'failure') return;
    const call = this.#calls.get(message.call);
    this.#calls.delete(message.call);
    if (message.kind === 'answer') call?.resolve(message.answer);
    else call?.reject(fromPlain(message.error));
  }

  #failAll(): void {
    for (const call of this.#calls.values()) call.reject(threadEnded());
    this.#calls.clear();
  }
}

function threadEnded(): TacitError {
  return new TacitError('TACIT_INVARIANT', 'internal error: the engine thread of a party ended');
}
